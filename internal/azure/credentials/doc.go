// Package credentials are the provider's azure settings: which cloud, as whom, and what goes for all objects. Nothing is read or asked
// before an object needs Azure.
//
// What stands in the provider block wins over the environment. Of several ways to log in the first one that is on and has all that it
// needs is used, see ways.
package credentials

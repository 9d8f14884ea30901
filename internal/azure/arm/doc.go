// Package arm speaks to the Azure Resource Manager: one client for all types, which knows objects as JSON and by their ids.
//
// Writing is two steps, so that the id can be kept as soon as the platform has accepted it:
//
//	op, err := client.Begin(ctx, http.MethodPut, id, apiVersion, body)   // accepted
//	_, err = op.Wait(ctx)                                                // ended
//	object, err := op.Object(ctx)                                        // what it is now
//
// After an interruption in between, WaitProvisioned goes on with nothing but the id. Nothing here knows a service.
package arm

package armerr

import "net/http"

const (
	quota   = "Have the quota raised in the portal (Quotas), delete what is not needed, or choose another location or size."
	running = "Something else is changing the object: wait until that has ended, then apply again."
	offered = "The type or its API version is not offered in this cloud or location."
	places  = "Choose one of the locations that the message names."
	soon    = "A role that was assigned just now takes a few minutes."
)

// advices say what to do about errors by their codes, in lower case.
var advices = map[string]string{
	"inaccessibleimage": "See whether the image is there under that name. A private registry needs credentials: a user with a password, or " +
		"an identity with the role AcrPull (Container Registry Repository Reader where the registry has roles by repository), which takes " +
		"a few minutes to reach the registry.",
	"linkedauthorizationfailed": "The identity may change the object, but not use another one that it refers to: give it a role on that " +
		"as well. " + soon,

	"quotaexceeded":         quota,
	"resourcequotaexceeded": quota,
	"operationnotallowed": "If this is about a quota, have it raised in the portal (Quotas), or use less of it. Otherwise wait until what " +
		"is going on has ended.",
	"skunotavailable": "Choose another size or another location: az vm list-skus --location LOCATION shows what there is.",

	"scopelocked": "There is a lock on the object, or on what it is in: remove it (az lock list, az lock delete), then apply again.",

	"locationnotavailableforresource":     places,
	"locationnotavailableforresourcetype": places,
	"invalidresourcelocation":             "An object of that name is in another location already: choose another name, or its location.",
	"noregisteredproviderfound":           offered,
	"invalidresourcetype":                 offered,

	"subscriptionnotfound": "See whether the subscription's id is right, and whether the identity may see it: it has to be in the tenant " +
		"that is logged in to.",
	"invalidauthenticationtokentenant": "The subscription is in another tenant than the one that was logged in to: set tenant_id in the " +
		"azure settings to the tenant of the subscription.",
	"expiredauthenticationtoken":   "See whether the clock of this machine is right.",
	"readonlydisabledsubscription": "The subscription is disabled, and can only be read: enable it in the portal.",
	"principalnotfound": "A new identity is not known everywhere at once. Set principal_type, which is ServicePrincipal for managed " +
		"identities, so that Azure does not look for it; or apply again in a few minutes. If it still fails, correct the principal's id.",
	"roleassignmentexists": "The principal has the role at this scope already: import that assignment, or delete it. Its id is the scope, " +
		"/providers/Microsoft.Authorization/roleAssignments/, and the GUID that the message names, with its hyphens.",
	"roledefinitiondoesnotexist": "See which roles there are: az role definition list --scope SCOPE. A role that was made just now takes " +
		"a few minutes.",

	"resourcegroupnotfound":     "Create the resource group first, or correct its name and subscription.",
	"parentresourcenotfound":    "Create the parent first, or correct its id.",
	"resourcegroupbeingdeleted": "Wait until the resource group is deleted, then apply again.",
	"alreadyinuse":              "Choose another name: somebody in Azure has this one.",
	"reservedresourcename":      "Choose another name: this one, or a part of it, is a reserved word.",

	"anotheroperationinprogress":           running,
	"conflictingconcurrentwritenotallowed": running,
}

// adviceByStatus is for codes that are not known.
var adviceByStatus = map[int]string{
	http.StatusUnauthorized: "The token was not accepted: see whether the cloud and the tenant in the azure settings are those of the " +
		"subscription.",
	http.StatusForbidden:       "Give the identity a role that allows this. " + soon,
	http.StatusTooManyRequests: "Azure limits how much is asked of it: apply again later, with less at a time (-parallelism).",
}

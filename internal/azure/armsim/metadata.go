package armsim

import "net/http"

// serveMetadata describes the cloud of this simulator, in the three forms that clients ask for: 2015, a list of clouds
// (2019 to 2020), and one cloud (2022 on).
func (s *Server) serveMetadata(w http.ResponseWriter, r *http.Request) {
	version := r.URL.Query().Get("api-version")
	base, login := "https://"+r.Host, "https://"+loginOf(r.Host)
	switch {
	case version == "":
		writeError(w, missingVersion())
	case version < "2019":
		writeJSON(w, http.StatusOK, object{
			"galleryEndpoint": base, "graphEndpoint": base, "portalEndpoint": base,
			"authentication": object{"loginEndpoint": login, "audiences": audiencesOf(base)},
		})
	case version < "2022":
		writeJSON(w, http.StatusOK, []any{cloudOf(base, login)})
	default:
		writeJSON(w, http.StatusOK, cloudOf(base, login))
	}
}

// loginOf finds the host of the authority that belongs to a host of Resource Manager: of the same cloud, or the same one.
func loginOf(host string) string {
	switch host {
	case "management.azure.com", "management.core.windows.net":
		return "login.microsoftonline.com"
	case "management.usgovcloudapi.net":
		return "login.microsoftonline.us"
	case "management.chinacloudapi.cn":
		return "login.partner.microsoftonline.cn"
	}
	return host
}

func audiencesOf(base string) []string {
	return []string{"https://management.core.windows.net/", "https://management.azure.com/", base}
}

func cloudOf(base, login string) object {
	return object{
		"name": "AzureCloud", "portal": "https://portal.azure.com", "resourceManager": base,
		"authentication": object{
			"loginEndpoint": login, "audiences": audiencesOf(base), "tenant": "common", "identityProvider": "AAD",
		},
		"graph": "https://graph.windows.net/", "graphAudience": "https://graph.windows.net/", "gallery": base,
		"microsoftGraphResourceId": "https://graph.microsoft.com/", "batch": "https://batch.core.windows.net/",
		"media": "https://rest.media.azure.net", "sqlManagement": "https://management.core.windows.net:8443/",
		"activeDirectoryDataLake": "https://datalake.azure.net/", "vmImageAliasDoc": base,
		"logAnalyticsResourceId": "https://api.loganalytics.io", "appInsightsResourceId": "https://api.applicationinsights.io",
		"ossrDbmsResourceId": "https://ossrdbms-aad.database.windows.net", "attestationResourceId": "https://attest.azure.net",
		"synapseAnalyticsResourceId":            "https://dev.azuresynapse.net",
		"appInsightsTelemetryChannelResourceId": "https://dc.applicationinsights.azure.com/v2/track",
		"suffixes": object{
			"acrLoginServer": "azurecr.io", "storage": "core.windows.net", "keyVaultDns": "vault.azure.net", "mhsmDns": "managedhsm.azure.net",
			"sqlServerHostname": "database.windows.net", "azureFrontDoorEndpointSuffix": "azurefd.net",
			"storageSyncEndpointSuffix": "afs.azure.net", "mysqlServerEndpoint": "mysql.database.azure.com",
			"postgresqlServerEndpoint": "postgres.database.azure.com", "mariadbServerEndpoint": "mariadb.database.azure.com",
			"synapseAnalytics": "dev.azuresynapse.net", "attestationEndpoint": "attest.azure.net",
			"azureDataLakeStoreFileSystem": "azuredatalakestore.net", "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
		},
	}
}

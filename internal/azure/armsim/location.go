package armsim

import "strings"

// regions are the names that people and services write locations with; more than these are not known here.
var regions = []struct{ name, display string }{
	{"australiacentral", "Australia Central"},
	{"australiaeast", "Australia East"},
	{"australiasoutheast", "Australia Southeast"},
	{"brazilsouth", "Brazil South"},
	{"canadacentral", "Canada Central"},
	{"canadaeast", "Canada East"},
	{"centralindia", "Central India"},
	{"centralus", "Central US"},
	{"chinaeast2", "China East 2"},
	{"chinanorth3", "China North 3"},
	{"eastasia", "East Asia"},
	{"eastus", "East US"},
	{"eastus2", "East US 2"},
	{"francecentral", "France Central"},
	{"germanywestcentral", "Germany West Central"},
	{"israelcentral", "Israel Central"},
	{"italynorth", "Italy North"},
	{"japaneast", "Japan East"},
	{"japanwest", "Japan West"},
	{"koreacentral", "Korea Central"},
	{"mexicocentral", "Mexico Central"},
	{"northcentralus", "North Central US"},
	{"northeurope", "North Europe"},
	{"norwayeast", "Norway East"},
	{"polandcentral", "Poland Central"},
	{"qatarcentral", "Qatar Central"},
	{"southafricanorth", "South Africa North"},
	{"southcentralus", "South Central US"},
	{"southeastasia", "Southeast Asia"},
	{"southindia", "South India"},
	{"spaincentral", "Spain Central"},
	{"swedencentral", "Sweden Central"},
	{"switzerlandnorth", "Switzerland North"},
	{"uaenorth", "UAE North"},
	{"uksouth", "UK South"},
	{"ukwest", "UK West"},
	{"usgovarizona", "USGov Arizona"},
	{"usgovtexas", "USGov Texas"},
	{"usgovvirginia", "USGov Virginia"},
	{"westcentralus", "West Central US"},
	{"westeurope", "West Europe"},
	{"westus", "West US"},
	{"westus2", "West US 2"},
	{"westus3", "West US 3"},
	{"global", "Global"},
}

// canonicalLocation is a location as ids have it: westus2.
func canonicalLocation(location string) string {
	return strings.ToLower(strings.ReplaceAll(location, " ", ""))
}

// displayLocation is a location as people write it: West US 2.
func displayLocation(location string) string {
	for _, region := range regions {
		if region.name == canonicalLocation(location) {
			return region.display
		}
	}
	return location
}

func knownLocation(location string) bool {
	for _, region := range regions {
		if region.name == canonicalLocation(location) {
			return true
		}
	}
	return false
}

func locationNames() []string {
	names := make([]string, len(regions))
	for i, region := range regions {
		names[i] = region.name
	}
	return names
}

package armsim

import (
	"slices"
	"strings"
)

// volumeKinds are what a volume can be.
var volumeKinds = []string{"azureFile", "emptyDir", "gitRepo", "secret", "secretReference"}

func (g *groupCheck) checkVolumes() *failure {
	seen := map[string]bool{}
	for _, v := range objects(g.props["volumes"]) {
		name := textAt(v, "name")
		if seen[name] {
			return g.refuse("DuplicateVolumeName", "The volume '%s' occurs more than once in container group '%s'.", name)
		}
		seen[name] = true
		if count(v, volumeKinds...) != 1 {
			return g.refuse("InvalidVolume", "The volume '%s' in container group '%s' has to be exactly one of "+
				strings.Join(volumeKinds, ", ")+".", name)
		}
		share, ok := v["azureFile"].(object)
		if ok && count(share, "storageAccountKey", "storageAccountKeyReference") != 1 {
			return g.refuse("InvalidAzureFileVolume",
				"The Azure File volume '%s' in container group '%s' needs a storage account key, or a reference to one.", name)
		}
	}
	return nil
}

func (g *groupCheck) checkMounts() *failure {
	if g.fromProfile() {
		return nil
	}
	known := names(g.props["volumes"])
	for _, c := range g.all {
		paths := map[string]bool{}
		for _, m := range objects(valueAt(c, "properties.volumeMounts")) {
			name, path := textAt(m, "name"), textAt(m, "mountPath")
			if !slices.Contains(known, name) {
				return g.refuse("VolumeNotFound", "The volume '%s' that container '%s' mounts is not in container group '%s'.", name, textAt(c, "name"))
			}
			if strings.Contains(path, ":") || paths[path] {
				return g.refuse("InvalidMountPath",
					"The mount path '%s' of container '%s' in container group '%s' has a colon, or is used more than once.", path, textAt(c, "name"))
			}
			paths[path] = true
		}
	}
	return nil
}

func names(list any) []string {
	var found []string
	for _, element := range objects(list) {
		found = append(found, textAt(element, "name"))
	}
	return found
}

func (g *groupCheck) checkCredentials() *failure {
	seen := map[string]bool{}
	for _, c := range objects(g.props["imageRegistryCredentials"]) {
		server := strings.ToLower(textAt(c, "server"))
		if strings.Contains(server, "://") || seen[server] {
			return g.refuse("InvalidImageRegistryServer",
				"The registry server '%s' in container group '%s' has a protocol, or occurs more than once.", server)
		}
		seen[server] = true
		if count(c, "username", "identity") != 1 {
			return g.refuse("AmbiguousImageResitryCredentialType", "The registry credential type in the 'imageRegistryCredentials' of "+
				"container group '%s' cannot be detected. Please set exactly one of username or identity")
		}
		if given := count(c, "password", "passwordReference"); given != count(c, "username") {
			return g.refuse("InvalidImageRegistryCredential", "The credential of the registry '%s' in container group '%s' "+
				"has to be either an identity, or a user name with a password or a reference to one.", server)
		}
	}
	return nil
}

// checkSecrets finds what refers to no secret reference of the group.
func (g *groupCheck) checkSecrets() *failure {
	known := names(g.props["secretReferences"])
	var used []string
	for _, c := range g.all {
		for _, v := range objects(valueAt(c, "properties.environmentVariables")) {
			used = append(used, textAt(v, "secureValueReference"))
		}
	}
	for _, c := range objects(g.props["imageRegistryCredentials"]) {
		used = append(used, textAt(c, "passwordReference"))
	}
	for _, v := range objects(g.props["volumes"]) {
		used = append(used, textAt(v, "azureFile.storageAccountKeyReference"))
		files, _ := v["secretReference"].(object)
		for name := range files {
			used = append(used, textAt(files, name))
		}
	}
	for _, name := range used {
		if name != "" && !slices.Contains(known, name) {
			return g.refuse("SecretReferenceNotFound", "The secret reference '%s' is not in container group '%s'.", name)
		}
	}
	return nil
}

// checkAssigned finds identities that are used and that the group does not have.
func (g *groupCheck) checkAssigned() *failure {
	var used []string
	for _, reference := range objects(g.props["secretReferences"]) {
		used = append(used, textAt(reference, "identity"))
	}
	for _, acl := range objects(valueAt(g.props, "identityAcls.acls")) {
		used = append(used, textAt(acl, "identity"))
	}
	used = append(used, textAt(g.props, "encryptionProperties.identity"))
	kind := strings.ToLower(textAt(g.r.doc, "identity.type"))
	assigned, _ := valueAt(g.r.doc, "identity.userAssignedIdentities").(object)
	for _, credential := range objects(g.props["imageRegistryCredentials"]) {
		if id := textAt(credential, "identity"); id != "" && !has(assigned, id) {
			return g.refuse("InvalidImageRegistryIdentity", "The identity in the 'imageRegistryCredentials' of container group '%s' "+
				"not found in container group identity list.")
		}
	}
	for _, id := range used {
		switch {
		case id == "", strings.EqualFold(id, "system") && strings.Contains(kind, "systemassigned"):
		case !has(assigned, id):
			return g.refuse("IdentityNotAssigned", "The identity '%s' is not assigned to container group '%s'.", id)
		}
	}
	return nil
}

// has says whether a member is there, in any case.
func has(doc object, name string) bool {
	for key := range doc {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

package containerinstance

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// volumeKinds are the attributes of a volume of which each has exactly one.
var volumeKinds = []string{"azure_file", "empty_dir", "git_repo", "secret", "secret_wo", "secret_reference"}

// volumes are what containers of the group can mount.
func volumes() armschema.ObjectMap {
	secret := func(doc string) armschema.Map {
		return armschema.Map{Path: "secret", Secret: true, MapAttribute: schema.MapAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: doc,
			Validators: []validator.Map{mapvalidator.ValueStringsAre(tf.Base64())},
		}}
	}
	const files = "Files with secret contents, by name, each in base64 (`base64encode`)."
	plain, hidden := secret(files+" They are in the state; those of `secret_wo` are not."), secret(files)
	plain.Sensitive, hidden.Sensitive, hidden.WriteOnly = true, true, true
	return armschema.ObjectMap{Path: "properties.volumes", Key: "name", MapNestedAttribute: schema.MapNestedAttribute{
		Optional: true, Validators: names(),
		MarkdownDescription: "The volumes, by name. Each is of one kind: " + enumerate(volumeKinds) + ".",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"azure_file": armschema.Object{Path: "azureFile", SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "A share of Azure Files. It is there before the group, and stays after it.",
				Attributes: managed.Join(managed.Secret("storage_account_key", "storageAccountKey", "A key of the storage account."),
					map[string]schema.Attribute{
						"share_name":           text("shareName", "The name of the share.", true),
						"storage_account_name": text("storageAccountName", "The name of the storage account.", true),
						"storage_account_key_reference": armschema.String{Path: "storageAccountKeyReference", StringAttribute: schema.StringAttribute{
							Optional: true, Validators: []validator.String{stringvalidator.ConflictsWith(
								path.MatchRelative().AtParent().AtName("storage_account_key"), path.MatchRelative().AtParent().AtName("storage_account_key_wo"))},
							MarkdownDescription: "The name of one of `secret_references` that is a key of the storage account.",
						}},
						"read_only": armschema.Bool{Path: "readOnly", BoolAttribute: schema.BoolAttribute{
							Optional: true, MarkdownDescription: "Whether nobody can write. Default: `false`.",
						}},
					}),
			}},
			"empty_dir": armschema.Object{Path: "emptyDir", SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, Attributes: map[string]schema.Attribute{},
				MarkdownDescription: "`{}`: a folder that is empty when the group starts and gone when it ends.",
			}},
			"git_repo": armschema.Object{Path: "gitRepo", SingleNestedAttribute: schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "A clone of a git repository, made when the group starts.",
				Attributes: map[string]schema.Attribute{
					"url": text("repository", "URL of the repository.", true),
					"directory": text("directory",
						"The folder that it is cloned into; `.` is the volume itself. Default: the name of the repository.", false),
					"revision": text("revision", "The commit. Default: the newest.", false),
				},
			}},
			"secret": plain, "secret_wo": hidden,
			"secret_reference": armschema.Map{Path: "secretReference", MapAttribute: schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Files with contents from a vault: names of `secret_references`, by the names of the files.",
			}},
		}},
	}}
}

// enumerate writes names as a list in a sentence.
func enumerate(names []string) string {
	return "`" + strings.Join(names[:len(names)-1], "`, `") + "` or `" + names[len(names)-1] + "`"
}

// mountPath refuses what Azure cannot mount at.
func mountPath(at string) error {
	switch {
	case !strings.HasPrefix(at, "/") && !strings.Contains(at, `\`):
		return fmt.Errorf("%q is no absolute path: write for example /data", at)
	case strings.HasPrefix(at, "/") && strings.Contains(at, ":"):
		return fmt.Errorf("%q has a colon, which Azure does not allow in paths of mounts", at)
	}
	return nil
}

// registryHost refuses what is not the host of a registry.
func registryHost(host string) error {
	if host == "" || strings.Contains(host, "/") {
		return fmt.Errorf("%q is no host: write for example example.azurecr.io, without https:// and without a repository", host)
	}
	return nil
}

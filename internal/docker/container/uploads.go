package container

import (
	"archive/tar"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// uploadFields are files that are copied into the container before it starts.
func uploadFields() field.Table {
	return field.Table{
		{
			Name: "uploads", Class: field.Replace, Fulfilled: leftToRevision,
			Kind: field.Other{Attribute: schema.MapNestedAttribute{
				Optional: true,
				MarkdownDescription: "Files and folders that are copied into the container before it starts, by their path in it. Changing this, or " +
					"the contents of a source, creates a new object: the process starts with what is configured.",
				NestedObject: schema.NestedAttributeObject{
					Attributes: uploadAttributes(),
					Validators: []validator.Object{tf.ExactlyOneOf("content", "content_base64", "content_wo", "content_base64_wo", "source")},
				},
				Validators: []validator.Map{tf.NoNulls{}, mapvalidator.KeysAre(tf.CanonicalIn(tf.Path))},
			}},
		},
		{
			Name: "uploads_revision", API: "UploadsRevision", Class: field.Observed, Stable: true, Kind: field.String{},
			Doc: "Changes whenever the contents, permissions or owners of `uploads` do; secret contents cannot be told from it.",
		},
	}
}

// leftToRevision leaves a change of files that are known to uploads_revision: it tells whether what is in the container
// really changes, or only how that is written.
func leftToRevision(prior tf.Values, will attr.Value) bool {
	return !prior.Null("uploads") && !prior.Null("uploads_revision") && !will.IsNull() && !tf.HasUnknown(will)
}

func uploadAttributes() map[string]schema.Attribute {
	permissions := tf.Matching(regexp.MustCompile(`^0?[0-7]{3,4}$`), "write permissions in octal, for example 0644")
	return map[string]schema.Attribute{
		"content": schema.StringAttribute{
			Optional: true, MarkdownDescription: "The file's text. It is kept in the state; for secrets there is `content_wo`.",
		},
		"content_base64": schema.StringAttribute{
			Optional: true, Validators: []validator.String{tf.Base64()},
			MarkdownDescription: "The file's bytes in base64. They are kept in the state.",
		},
		"content_wo": schema.StringAttribute{
			Optional: true, WriteOnly: true, Sensitive: true,
			MarkdownDescription: "The file's text, write-only: it is in neither plan nor state, and a change is noticed all the same.",
		},
		"content_base64_wo": schema.StringAttribute{
			Optional: true, WriteOnly: true, Sensitive: true, Validators: []validator.String{tf.Base64()},
			MarkdownDescription: "The file's bytes in base64, write-only: they are in neither plan nor state, and a change is noticed all the same.",
		},
		"source": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Path of a file or folder on the machine that runs Terraform. A folder is copied with all that is below it. " +
				"A change " +
				"of what is there is noticed by the next plan.",
		},
		"permissions": schema.StringAttribute{
			Optional: true, Validators: []validator.String{permissions},
			MarkdownDescription: "Permissions in octal, for example `0755`. Default: those of the source, else `0644`.",
		},
		"uid": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
			MarkdownDescription: "Numeric id of the owner. Default: `0`.",
		},
		"gid": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
			MarkdownDescription: "Numeric id of the group. Default: `0`.",
		},
	}
}

// upload is one file or folder to copy.
type upload struct {
	target      string
	content     []byte
	secret      bool
	source      string
	permissions string
	uid, gid    int
}

// uploadsOf reads the uploads of a configuration, the only place that has write-only values. It returns an
// error that names the path of the upload. Unknown uploads give ok = false.
func uploadsOf(config tf.Values) (list []upload, ok bool, err error) {
	m, isMap := config["uploads"].(types.Map)
	if !isMap || m.IsNull() {
		return nil, true, nil
	}
	if tf.HasUnknown(m) {
		return nil, false, nil
	}
	for _, target := range slices.Sorted(maps.Keys(m.Elements())) {
		o, _ := m.Elements()[target].(types.Object)
		u, err := uploadOf(target, o.Attributes())
		if err != nil {
			return nil, true, fmt.Errorf("%s: %w", target, err)
		}
		list = append(list, u)
	}
	return list, true, nil
}

func uploadOf(target string, values tf.Values) (upload, error) {
	u := upload{
		target: target, source: values.String("source"), permissions: values.String("permissions"),
		uid: int(values.Int("uid")), gid: int(values.Int("gid")),
		secret: !values.Null("content_wo") || !values.Null("content_base64_wo"),
	}
	u.content = []byte(values.String("content") + values.String("content_wo"))
	encoded := values.String("content_base64") + values.String("content_base64_wo")
	if encoded == "" {
		return u, nil
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return u, fmt.Errorf("the content is no base64")
	}
	u.content = decoded
	return u, nil
}

// writeUploads writes a tar archive, from the root of the container, of all uploads. It returns the errors of reading the sources.
func writeUploads(ctx context.Context, uploads []upload, w io.Writer) error {
	archive := tar.NewWriter(w)
	for _, u := range uploads {
		if err := u.write(ctx, archive); err != nil {
			return fmt.Errorf("%s: %w", u.target, err)
		}
	}
	return archive.Close()
}

func (u upload) write(ctx context.Context, archive *tar.Writer) error {
	if u.source == "" {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(u.target, "/"), Size: int64(len(u.content)), Mode: 0o644}
		if err := archive.WriteHeader(u.owned(header)); err != nil {
			return err
		}
		_, err := archive.Write(u.content)
		return err
	}
	return filepath.WalkDir(u.source, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return u.writeFile(name, archive)
	})
}

// writeFile adds a file, folder or link of the source. A source that is a link itself is followed, links below it are not.
func (u upload) writeFile(name string, archive *tar.Writer) error {
	relative, err := filepath.Rel(u.source, name)
	if err != nil {
		return err
	}
	stat := os.Lstat
	if relative == "." {
		stat = os.Stat
	}
	info, err := stat(name)
	if err != nil {
		return err
	}
	link := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		if link, err = os.Readlink(name); err != nil {
			return err
		}
	}
	header, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	header.Name = strings.TrimPrefix(path.Join(u.target, filepath.ToSlash(relative)), "/")
	header.Uid, header.Gid, header.Uname, header.Gname = 0, 0, "", ""
	if err := archive.WriteHeader(u.owned(header)); err != nil || !info.Mode().IsRegular() {
		return err
	}
	return copyFile(name, archive)
}

func copyFile(name string, to io.Writer) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, file)
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

// owned gives a header the configured owner, and a file the configured permissions.
func (u upload) owned(header *tar.Header) *tar.Header {
	header.Uid, header.Gid = u.uid, u.gid
	if u.permissions != "" && header.Typeflag == tar.TypeReg {
		if mode, err := strconv.ParseInt(u.permissions, 8, 64); err == nil {
			header.Mode = mode
		}
	}
	return header
}

// uploadsRevision is a digest of all that the uploads put into the container. Secret contents go in by a slow
// digest with the salt, so that weak ones cannot be guessed from the state.
func uploadsRevision(ctx context.Context, uploads []upload, salt string) (string, error) {
	if len(uploads) == 0 {
		return "", nil
	}
	digest := tf.NewRevision(salt)
	for _, u := range uploads {
		if u.secret {
			digest.AddSecret(u.target, u.content)
			u.content = nil
		}
		if err := u.digest(ctx, digest); err != nil {
			return "", fmt.Errorf("%s: %w", u.target, err)
		}
	}
	return digest.String(), nil
}

// digest adds the archive entries of one upload, without times, which change nothing in a container.
func (u upload) digest(ctx context.Context, to io.Writer) error {
	entries := tar.NewWriter(to)
	if u.source == "" {
		return u.write(ctx, entries)
	}
	return u.withoutTimes(ctx, to)
}

func (u upload) withoutTimes(ctx context.Context, to io.Writer) error {
	reader, writer := io.Pipe()
	go func() {
		entries := tar.NewWriter(writer)
		err := u.write(ctx, entries)
		if err == nil {
			err = entries.Close()
		}
		writer.CloseWithError(err)
	}()
	defer reader.Close() //nolint:errcheck // Closing the reading end of a pipe cannot fail.
	entries := tar.NewReader(reader)
	for {
		header, err := entries.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		h := header
		if _, err := fmt.Fprintf(to, "%q %d %o %d %d %q\n", h.Name, h.Size, h.Mode, h.Uid, h.Gid, h.Linkname); err != nil {
			return err
		}
		if _, err := io.Copy(to, entries); err != nil {
			return err
		}
	}
}

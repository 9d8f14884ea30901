package armsim

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// The labels of images that a simulated build makes, by which tests see what it was given.
const (
	// ContextLabel is the digest of the files in the context, TargetLabel the stage.
	ContextLabel = "armsim.context"
	TargetLabel  = "armsim.target"
	// ArgumentLabel begins the labels of arguments, those that are secret with the digest of their value.
	ArgumentLabel = "armsim.argument."
)

// fails is a step of a Dockerfile that fails.
var (
	fails = regexp.MustCompile(`(?mi)^RUN\s+(false|exit\s+[1-9]\d*)\s*$`)
	stage = regexp.MustCompile(`(?mi)^FROM\s.*\sAS\s+(\S+)\s*$`)
)

var errNoContext = errors.New("failed to download context: there is nothing at the source location")

// build makes the image of a run, or says in the log why there is none.
func (s *Server) build(b *buildRun, registry *resource) {
	if b.failure != "" {
		b.end(runError, b.failure)
		return
	}
	b.log = append(b.log, "Downloading source code...")
	image, err := b.image()
	if err != nil {
		b.log = append(b.log, err.Error(), "Run ID: "+b.name+" failed. Error: failed during run, err: exit status 1")
		b.end(runFailed, "failed during run, err: exit status 1")
		return
	}
	names, _ := b.request["imageNames"].([]any)
	for _, one := range names {
		text, _ := one.(string)
		if err := s.push(b, registry, text, image); err != nil {
			b.log = append(b.log, "failed to push image: "+err.Error())
			b.end(runFailed, "failed to push images successfully")
			return
		}
	}
	b.log = append(b.log, "Run ID: "+b.name+" was successful")
	b.end(runSucceeded, "")
}

// push brings the image into what is behind the registry.
func (s *Server) push(b *buildRun, registry *resource, text string, image v1.Image) error {
	host := strings.ToLower(registry.name) + ".azurecr.io"
	target, err := name.NewTag(host+"/"+text, name.StrictValidation, name.Insecure)
	if err != nil {
		return err
	}
	if b.request["isPushEnabled"] == false {
		return nil
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	if err := remote.Write(target, image, remote.WithTransport(doorTo{s.kept(registry.name)})); err != nil {
		return err
	}
	b.log = append(b.log, target.TagStr()+": digest: "+digest.String())
	b.images = append(b.images, object{
		"registry": host, "repository": target.RepositoryStr(), "tag": target.TagStr(), "digest": digest.String(),
	})
	return nil
}

// image is a small image that says what it was made of. Nothing runs, and no base is fetched. The error is the last line of the log.
func (b *buildRun) image() (v1.Image, error) {
	digest, err := b.context()
	if err != nil {
		return nil, err
	}
	labels := map[string]string{ContextLabel: digest}
	if target := textAt(b.request, "target"); target != "" {
		labels[TargetLabel] = target
	}
	arguments, _ := b.request["arguments"].([]any)
	for _, one := range arguments {
		argument, _ := one.(object)
		value := textAt(argument, "value")
		if argument["isSecret"] == true {
			value = fmt.Sprintf("%x", sha256.Sum256([]byte(value)))
		}
		labels[ArgumentLabel+textAt(argument, "name")] = value
	}
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	err = errors.Join(w.WriteHeader(&tar.Header{Name: "context", Mode: 0o644, Size: int64(len(digest))}), writeText(w, digest), w.Close())
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, static.NewLayer(layer.Bytes(), types.DockerUncompressedLayer))
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture = strings.ToLower(textAt(b.request, "platform.os")), "amd64"
	if architecture := textAt(b.request, "platform.architecture"); architecture != "" {
		file.Architecture, file.Variant = architecture, textAt(b.request, "platform.variant")
	}
	file.Config.Labels = labels
	return mutate.ConfigFile(image, file)
}

func writeText(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

// context is the digest of the files of the context, in which the Dockerfile has to be. Of one that is elsewhere it is that of its address.
func (b *buildRun) context() (string, error) {
	where := textAt(b.request, "sourceLocation")
	if strings.Contains(where, "://") {
		return fmt.Sprintf("%x", sha256.Sum256([]byte(where))), nil
	}
	if b.source == nil || !b.source.made {
		return "", errNoContext
	}
	files, err := unpack(b.source.content)
	if err != nil {
		return "", fmt.Errorf("failed to extract context: %w", err)
	}
	dockerfile, there := files[strings.TrimPrefix(textAt(b.request, "dockerFilePath"), "./")]
	if !there {
		return "", fmt.Errorf("unable to prepare context: unable to evaluate symlinks in Dockerfile path: %s: no such file or directory",
			textAt(b.request, "dockerFilePath"))
	}
	if err := b.steps(dockerfile); err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, file := range slices.Sorted(maps.Keys(files)) {
		_, _ = fmt.Fprintf(sum, "%q %x\n", file, sha256.Sum256([]byte(files[file])))
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// steps goes through the Dockerfile as far as it can fail here.
func (b *buildRun) steps(dockerfile string) error {
	lines := strings.Split(strings.TrimSpace(dockerfile), "\n")
	for i, line := range lines {
		b.log = append(b.log, fmt.Sprintf("Step %d/%d : %s", i+1, len(lines), line))
		if fails.MatchString(line) {
			return fmt.Errorf("the command '/bin/sh -c %s' returned a non-zero code: 1", strings.TrimSpace(line[len("RUN"):]))
		}
	}
	target := textAt(b.request, "target")
	for _, found := range stage.FindAllStringSubmatch(dockerfile, -1) {
		if strings.EqualFold(found[1], target) {
			return nil
		}
	}
	if target != "" {
		return fmt.Errorf("failed to reach build target %s in Dockerfile", target)
	}
	return nil
}

// unpack reads the files of an archive, by their names. Links have what they point to.
func unpack(archive []byte) (map[string]string, error) {
	plain, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for r := tar.NewReader(plain); ; {
		header, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return files, nil
		case err != nil:
			return nil, err
		case header.Typeflag == tar.TypeSymlink:
			files[header.Name] = header.Linkname
		case header.Typeflag == tar.TypeReg:
			content, err := io.ReadAll(r)
			if err != nil {
				return nil, err
			}
			files[header.Name] = string(content)
		}
	}
}

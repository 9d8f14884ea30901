// Package transfer brings images into registries: from archives, engines and other registries, and out of them again.
//
//	content, err := transfer.OpenArchive(ctx, "app.tar", "")
//	defer content.Close()
//	content, err = content.Select(ctx, []string{"linux/amd64", "linux/arm64"})
//	result, err := transfer.Push(ctx, registries, repository, content, []string{"v1", "latest"}, transfer.Options{})
//
// What is pushed is always complete before a tag leads to it: blobs first, then the manifests of an index by their digests,
// the tags last.
//
// # Memory and disk
//
// No layer is ever in memory. Layers of folders and of uncompressed archives are read where they are. An archive that is
// compressed as a whole is unpacked once into a temporary file, since its parts are needed in another order; what an engine
// saves is written to one as well. Layers that are not compressed are compressed into temporary files, as their digest has
// to be known before the registry can be asked for them. The temporary files have no names once they are open, and their
// space is free when the Content is closed or the process ends, however it ends.
//
// # Errors
//
// Errors of registries are those of package registry. Those of this package are of type Error, with one of the kinds below
// for errors.Is; each kind belongs to one thing that a user wrote.
package transfer

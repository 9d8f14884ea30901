// Package buildcontext reads the build context of an image build as Docker
// reads it: a directory, a Dockerfile inside of it, outside of it or given as
// text, and the ignore file that applies.
//
// # What belongs to the context
//
// Every file below the directory that the ignore file does not match, and the
// directories that lead to it. Symbolic links are sent as links and never
// followed; sockets are left out, since no builder can use them. Patterns
// mean what github.com/moby/patternmatcher says, for every file: an exception
// such as !**/keep.txt also works below an ignored directory, as it does with
// BuildKit (the archiver of the classic client misses those).
//
// <Dockerfile>.dockerignore beside the Dockerfile, as configured, replaces
// .dockerignore of the context directory. A Dockerfile given as text has none.
//
// # What the hash sees
//
// Paths, kinds, permission bits, link targets, contents, and the text of the
// Dockerfile wherever it comes from. Not: times, owners, extended attributes,
// the permission bits of the context directory itself.
//
// The ignore file counts through its effect only. Unless it ignores itself it
// is a file of the context like any other, and COPY . . puts it into the
// image; yet its contents are left out of the hash (its path and mode are in),
// because somebody who rewords a comment there does not ask for new
// containers. An image that copies it has the old comment until the next real
// change. An ignore file that another one replaces is an ordinary file.
package buildcontext

// Package build runs one image build on one engine and says what came of it:
// the id that the engine gives the image, or the step that failed with its
// last lines of output. It prefers the engine's own BuildKit, reached through
// the engine's API, and falls back to the classic builder where there is none.
// It knows nothing of Terraform.
package build

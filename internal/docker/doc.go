// Package docker connects to container engines that speak the Docker Engine
// API: it decides which engine is meant, as the Docker CLI would, opens one
// client per engine at first use, knows what the engine's API version can do,
// and turns failures into messages that say what was tried, where the setting
// came from and what to do next.
package docker

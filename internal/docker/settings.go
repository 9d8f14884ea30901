package docker

// Settings say where the provider's engines are. The zero value means: as the
// Docker CLI would choose.
type Settings struct {
	// EngineSettings is the default engine.
	EngineSettings
	// Engines are further engines by the key that resources name them with.
	Engines map[string]EngineSettings
	// EnginesUnknown is set while it is not known (during a plan) which further engines there are.
	EnginesUnknown bool
}

// EngineSettings say where one engine is. Empty members are taken from the
// environment and the Docker CLI's configuration, in the order of the CLI.
type EngineSettings struct {
	// Host is an address as DOCKER_HOST takes it; it wins over Context.
	Host string
	// Context is the name of a context of the Docker CLI.
	Context string
	// SSHOptions are arguments of ssh for an address of another machine.
	SSHOptions []string
	// APIVersion fixes the API version; empty means negotiate.
	APIVersion string
	// TLS is nil where TLS comes from the environment or from the context.
	TLS *TLSSettings
	// Unknown names the attributes whose value is not known yet (during a
	// plan); connecting gives ErrNotReady while there is one.
	Unknown []string
}

// TLSSettings say how to talk TLS to an engine. Each of the three parts comes
// as a path or as PEM text, never both.
type TLSSettings struct {
	// CAPath, CertPath and KeyPath are PEM files.
	CAPath, CertPath, KeyPath string
	// CAPEM, CertPEM and KeyPEM are the same parts as text.
	CAPEM, CertPEM, KeyPEM string
	// CertDir is a folder with ca.pem, cert.pem and key.pem, as
	// DOCKER_CERT_PATH names it; absent files are skipped.
	CertDir string
	// SkipVerify turns the verification of the engine's certificate off.
	SkipVerify bool
	// ServerName is the name the engine's certificate must be valid for, when
	// it is not the host's.
	ServerName string
}

// Environment is what the choice of an engine depends on outside the provider
// block.
type Environment struct {
	// Getenv looks an environment variable up; absent is empty.
	Getenv func(string) string
	// ConfigDir is the Docker CLI's configuration folder; empty means that
	// there is none.
	ConfigDir string
}

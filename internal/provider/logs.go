package provider

import "fmt"

// QuietLogs turns off the traces of the plugin SDK unless the environment asks for logs. It has to come before the provider
// is served. It returns an error where the environment cannot be changed.
//
// The SDK traces each step on each attribute to stderr even if nobody listens: Terraform parses every line, then throws it
// away. For a hundred containers that was half of the time that both of them took.
func QuietLogs(getenv func(string) string, setenv func(name, value string) error) error {
	traces := []string{"TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO"}
	for _, name := range append([]string{"TF_LOG", "TF_LOG_PROVIDER"}, traces...) {
		if getenv(name) != "" {
			return nil
		}
	}
	for _, name := range traces {
		if err := setenv(name, "OFF"); err != nil {
			return fmt.Errorf("turning off %s: %w", name, err)
		}
	}
	return nil
}

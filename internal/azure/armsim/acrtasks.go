package armsim

// hideOverrides takes the values out of what a task overrides in secret: only listDetails shows them.
func hideOverrides(r *resource, doc object) {
	if !r.is(registryType + "/tasks") {
		return
	}
	for _, of := range []string{"arguments", "values"} {
		list, _ := valueAt(doc, "properties.step."+of).([]any)
		for _, one := range list {
			if override, ok := one.(object); ok && override["isSecret"] == true {
				delete(override, "value")
			}
		}
	}
}

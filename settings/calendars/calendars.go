// Package calendars holds the working calendars that are shipped, one YAML file each.
package calendars

import (
	"bytes"
	"embed"
	"fmt"

	"gopkg.in/yaml.v3"

	"bihuan/procedure/calendar"
)

//go:embed *.yaml
var files embed.FS

// Load reads a shipped calendar by its name, e.g. "cn". It is not validated.
func Load(name string) (calendar.Calendar, error) {
	var cal calendar.Calendar
	text, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return cal, fmt.Errorf("calendar %q is not among those shipped", name)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	return cal, decoder.Decode(&cal)
}

package settings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Document is settings as plain data: maps, lists, texts, numbers, truth values.
type Document map[string]any

// ReadDocument reads a settings file, in YAML or JSON.
func ReadDocument(text []byte) (Document, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, err
	}
	if len(root.Content) == 0 {
		return Document{}, nil
	}
	value, err := plain(root.Content[0])
	if err != nil {
		return nil, err
	}
	m, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("line %d: want names and values", root.Content[0].Line)
	}
	return m, nil
}

// plain turns YAML into what JSON can say; a date stays the text that it is.
func plain(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return plain(n.Alias)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			var err error
			if list[i], err = plain(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case yaml.MappingNode:
		return plainMap(n)
	}
	return plainScalar(n)
}

func plainMap(n *yaml.Node) (any, error) {
	m := map[string]any{}
	for i := 0; i < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if _, twice := m[name]; twice {
			return nil, fmt.Errorf("line %d: %s is there twice", n.Content[i].Line, name)
		}
		value, err := plain(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		m[name] = value
	}
	return m, nil
}

func plainScalar(n *yaml.Node) (any, error) {
	switch n.Tag {
	case "!!null":
		return nil, nil
	case "!!bool":
		return n.Value == "true", nil
	case "!!int", "!!float":
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return nil, fmt.Errorf("line %d: %q is not a plain number", n.Line, n.Value)
		}
		return f, nil
	}
	return n.Value, nil
}

// UnmarshalJSON reads a document that came from outside or from the database.
func (d *Document) UnmarshalJSON(raw []byte) error {
	r := json.NewDecoder(bytes.NewReader(raw))
	var m map[string]any
	if err := r.Decode(&m); err != nil {
		return err
	}
	if _, err := r.Token(); err != io.EOF {
		return fmt.Errorf("more than one value")
	}
	*d = m
	return nil
}

// JSON writes the document the same way whenever it says the same.
func (d Document) JSON() []byte {
	raw, err := json.Marshal(map[string]any(d))
	if err != nil {
		panic(err) // plain data always marshals
	}
	return raw
}

// clone copies the document, so that it can be changed.
func (d Document) clone() Document {
	var c Document
	if err := json.Unmarshal(d.JSON(), &c); err != nil {
		panic(err) // it was written a moment ago
	}
	return c
}

// named are the fields that name an item of a list, in the order in which they are looked for.
var named = []string{"id", "year"}

// nameOf gives what an item of a list is called in a path: its ID or year, else what it says, else its place.
func nameOf(item any, place int) string {
	switch item := item.(type) {
	case map[string]any:
		for _, field := range named {
			if v, ok := item[field]; ok && v != nil {
				return scalar(v)
			}
		}
		return strconv.Itoa(place)
	case []any, nil:
		return strconv.Itoa(place)
	}
	return scalar(item)
}

func scalar(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strings.TrimSpace(fmt.Sprint(v))
}

// below gives the path of a member.
func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// fillIn gives the document what it lacks of another down to some depth: a version written before the program
// knew of a setting has the one that is shipped.
func (d Document) fillIn(from map[string]any, depth int) {
	for name, value := range from {
		mine, there := d[name]
		inner, isMap := mine.(map[string]any)
		other, bothMaps := value.(map[string]any)
		switch {
		case !there:
			d[name] = value
		case isMap && bothMaps && depth > 1:
			Document(inner).fillIn(other, depth-1)
		}
	}
}

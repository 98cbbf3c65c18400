package encryption

import (
	"fmt"
	"slices"

	commonpb "go.temporal.io/api/common/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// Reader is somebody who reads payloads with other programs, Temporal's Web UI and command line.
type Reader struct {
	// May says whether they may read what was encrypted for a workflow; its ID may be empty, where it is not known.
	May func(workflow string) bool
	// Failed is told of what cannot be decrypted.
	Failed func(workflow string, err error)
}

// DecryptJSON decrypts payloads as those programs exchange them with a codec server, in protobuf's JSON: each that the
// reader may read; the others stay as they are, and so does what cannot be decrypted. It says of which workflows it
// decrypted something. The error is the caller's: the text is not payloads.
func (c *Codec) DecryptJSON(text []byte, by Reader) (answer []byte, workflows []string, err error) {
	var payloads commonpb.Payloads
	if err := protojson.Unmarshal(text, &payloads); err != nil {
		return nil, nil, fmt.Errorf("payloads: %w", err)
	}
	asked := map[string]bool{}
	for i, p := range payloads.Payloads {
		workflow, _, encrypted := Encrypted(p)
		if !encrypted {
			continue
		}
		if _, known := asked[workflow]; !known {
			asked[workflow] = by.May(workflow)
		}
		if !asked[workflow] {
			continue
		}
		decrypted, err := c.decrypt(p)
		if err != nil {
			by.Failed(workflow, err)
			continue
		}
		payloads.Payloads[i] = decrypted
		if !slices.Contains(workflows, workflow) {
			workflows = append(workflows, workflow)
		}
	}
	answer, err = protojson.Marshal(&payloads)
	return answer, workflows, err
}

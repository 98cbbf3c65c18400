package workflows

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"bihuan/procedure"
)

// remembered is how many outcomes a case keeps whole, of people's commands and as many of other cases'.
const remembered = 256

// Of an applied command that is older, a case keeps its mark: what identifies its ID, and the digest. So many bytes of
// marks are kept, the newest: 8,192 commands, which a case does not see in its life.
const (
	idBytes   = 8
	markBytes = idBytes + 8
	maxMarks  = 8192 * markBytes
)

// Memory is what became of a case's commands, so that one that is sent again is answered and not applied twice.
type Memory struct {
	Outcomes []Answered `json:"outcomes,omitempty"` // the newest last
	Older    []byte     `json:"older,omitempty"`    // marks of what was applied before those, the newest last
}

// Answered is the outcome of one command; without a refusal it was applied.
type Answered struct {
	Command string             `json:"command"`
	Digest  string             `json:"digest"` // of the command's content
	Refusal *procedure.Refusal `json:"refusal,omitempty"`
	System  bool               `json:"system,omitempty"` // it came from another case, or from an effect
}

// answered says what became of a command; false when the case has not seen it, or refused it long ago.
func (m *Memory) answered(id string) (Answered, bool) {
	for _, a := range m.Outcomes {
		if a.Command == id {
			return a, true
		}
	}
	if at := m.mark(id); at >= 0 {
		return Answered{Command: id, Digest: hex.EncodeToString(m.Older[at+idBytes : at+markBytes])}, true
	}
	return Answered{}, false
}

// remember keeps what became of a command: of those that people sent, and of those that came from other cases, for
// hundreds of neighbours may join while somebody sends theirs again. Of the oldest only a mark stays;
// a refused one is decided anew when it comes again.
func (m *Memory) remember(a Answered) {
	m.Outcomes = append(m.Outcomes, a)
	like := func(o Answered) bool { return o.System == a.System }
	n := 0
	for _, o := range m.Outcomes {
		if like(o) {
			n++
		}
	}
	if n <= remembered {
		return
	}
	oldest := slices.IndexFunc(m.Outcomes, like)
	if old := m.Outcomes[oldest]; old.Refusal == nil {
		m.Older = append(m.Older, markOf(old)...)
		m.Older = m.Older[max(0, len(m.Older)-maxMarks):]
	}
	m.Outcomes = slices.Delete(m.Outcomes, oldest, oldest+1)
}

// forget makes a command one that has not been seen: it is decided again.
func (m *Memory) forget(id string) {
	m.Outcomes = slices.DeleteFunc(m.Outcomes, func(a Answered) bool { return a.Command == id })
	if at := m.mark(id); at >= 0 {
		m.Older = slices.Delete(m.Older, at, at+markBytes)
	}
}

// mark finds a command among the older ones; -1 when it is not there.
func (m *Memory) mark(id string) int {
	sum := sha256.Sum256([]byte(id))
	for at := 0; at+markBytes <= len(m.Older); at += markBytes {
		if bytes.Equal(m.Older[at:at+idBytes], sum[:idBytes]) {
			return at
		}
	}
	return -1
}

func markOf(a Answered) []byte {
	sum := sha256.Sum256([]byte(a.Command))
	mark := append(sum[:idBytes:idBytes], make([]byte, markBytes-idBytes)...)
	if digest, err := hex.DecodeString(a.Digest); err == nil {
		copy(mark[idBytes:], digest)
	}
	return mark
}

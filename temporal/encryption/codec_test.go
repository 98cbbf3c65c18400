package encryption_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"bihuan/temporal/encryption"
)

// key writes a key whose bytes are all the same.
func key(id string, b byte) string {
	return id + "=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{b}, 32))
}

func keys(t testing.TB, entries ...string) *encryption.Keys {
	t.Helper()
	k, err := encryption.Parse(strings.Join(entries, ","))
	require.NoError(t, err)
	return k
}

func payload(text string) *commonpb.Payload {
	return &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte("json/plain")}, Data: []byte(text)}
}

func encrypt(t testing.TB, c converter.PayloadCodec, p *commonpb.Payload) *commonpb.Payload {
	t.Helper()
	encrypted, err := c.Encode([]*commonpb.Payload{p})
	require.NoError(t, err)
	return encrypted[0]
}

func decrypt(t testing.TB, c converter.PayloadCodec, p *commonpb.Payload) *commonpb.Payload {
	t.Helper()
	decrypted, err := c.Decode([]*commonpb.Payload{p})
	require.NoError(t, err)
	return decrypted[0]
}

// N3, ISO 10002: whatever is encrypted comes back as it was, and is not seen meanwhile.
func TestWhatIsEncryptedComesBack(t *testing.T) {
	c := encryption.New(keys(t, key("a", 1)))
	rapid.Check(t, func(r *rapid.T) {
		p := &commonpb.Payload{Data: rapid.SliceOf(rapid.Byte()).Draw(r, "data")}
		if rapid.Bool().Draw(r, "marked") {
			p.Metadata = map[string][]byte{converter.MetadataEncoding: []byte(rapid.String().Draw(r, "encoding"))}
		}
		if string(p.Metadata[converter.MetadataEncoding]) == encryption.Encoding {
			return
		}
		encrypted := encrypt(t, c, p)
		if len(p.Data) > 4 {
			require.False(r, bytes.Contains(encrypted.Data, p.Data))
		}
		require.True(r, proto.Equal(p, decrypt(t, c, encrypted)))
	})
}

// The same text is never encrypted alike, and long texts become shorter.
func TestEncrypting(t *testing.T) {
	c := encryption.New(keys(t, key("2026-11", 1)))
	long := payload(strings.Repeat("大堂吊顶修了三次仍在滴水", 1000))
	one, other := encrypt(t, c, long), encrypt(t, c, long)
	require.NotEqual(t, one.Data, other.Data)
	require.Less(t, len(one.Data), len(long.Data)/10)
	require.Equal(t, encryption.Encoding, string(one.Metadata[converter.MetadataEncoding]))
	require.Equal(t, "2026-11", string(one.Metadata[encryption.KeyID]))
	require.NotContains(t, one.Metadata, encryption.Workflow)
}

// The case that a payload is of is told, and cannot be told otherwise. N3
func TestThePayloadNamesItsCase(t *testing.T) {
	c := encryption.New(keys(t, key("a", 1)))
	for _, ctx := range []converter.SerializationContext{
		converter.WorkflowSerializationContext{WorkflowID: "TS-1"}, converter.ActivitySerializationContext{WorkflowID: "TS-1"},
	} {
		encrypted := encrypt(t, c.WithSerializationContext(ctx), payload(`"x"`))
		workflow, id, ok := encryption.Encrypted(encrypted)
		require.True(t, ok)
		require.Equal(t, "TS-1", workflow)
		require.Equal(t, "a", id)
		require.Equal(t, `"x"`, string(decrypt(t, c, encrypted).Data))
		encrypted.Metadata[encryption.Workflow] = []byte("TS-2")
		_, err := c.Decode([]*commonpb.Payload{encrypted})
		require.ErrorContains(t, err, `key "a"`)
	}
}

// Rotation: what was encrypted with an old key, or not at all, is still read.
func TestRotation(t *testing.T) {
	old := encrypt(t, encryption.New(keys(t, key("2026-10", 1))), payload(`"old"`))
	c := encryption.New(keys(t, key("2026-11", 2), key("2026-10", 1)))
	require.Equal(t, `"old"`, string(decrypt(t, c, old).Data))
	require.Equal(t, "2026-11", string(encrypt(t, c, payload(`"new"`)).Metadata[encryption.KeyID]))
	require.True(t, proto.Equal(payload(`"plain"`), decrypt(t, c, payload(`"plain"`))))
}

// A key that is not here is named; one that was not used does not decrypt.
func TestWrongKeys(t *testing.T) {
	encrypted := encrypt(t, encryption.New(keys(t, key("2026-10", 1))), payload(`"x"`))
	_, err := encryption.New(keys(t, key("2026-11", 2))).Decode([]*commonpb.Payload{encrypted})
	var missing *encryption.KeyError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "2026-10", missing.ID)

	_, err = encryption.New(keys(t, key("2026-10", 9))).Decode([]*commonpb.Payload{encrypted})
	var unreadable *encryption.UnreadableError
	require.ErrorAs(t, err, &unreadable)

	encrypted.Metadata[encryption.KeyID] = []byte("2026-11") // another name for the same key does not do either
	_, err = encryption.New(keys(t, key("2026-11", 1))).Decode([]*commonpb.Payload{encrypted})
	require.ErrorAs(t, err, &unreadable)
}

// Whatever is changed is noticed.
func TestChangedPayloadsAreRefused(t *testing.T) {
	c := encryption.New(keys(t, key("a", 1)))
	encrypted := encrypt(t, c, payload(`"a text"`))
	for i := range encrypted.Data {
		changed := proto.CloneOf(encrypted)
		changed.Data[i] ^= 1
		_, err := c.Decode([]*commonpb.Payload{changed})
		require.Error(t, err)
	}
	for _, data := range [][]byte{nil, {}, make([]byte, 5), make([]byte, 100)} {
		changed := proto.CloneOf(encrypted)
		changed.Data = data
		_, err := c.Decode([]*commonpb.Payload{changed})
		require.Error(t, err)
	}
}

// What is wrong with keys is said by their ID, and never shows a key.
func TestBadKeys(t *testing.T) {
	good := key("a", 1)
	secret := strings.TrimPrefix(good, "a=")
	for text, says := range map[string]string{
		"":                        "no payload keys",
		" \n":                     "no payload keys",
		"a=":                      `"a" has 0 bytes, not 32`,
		"a=c2hvcnQ=":              `"a" has 5 bytes, not 32`,
		"a=***":                   `"a" is not base64`,
		good + "," + key("a", 2):  `"a" is there twice`,
		good + "\n" + key("b", 1): `"b" is the same as "a"`,
		secret:                    "number 1 has no ID",
		"=" + secret:              "number 1 has no ID",
		good + ",b c=" + secret:   `"b" has 0 bytes`,
		good + ",ä=" + secret:     "number 2 has no ID",
	} {
		_, err := encryption.Parse(text)
		require.ErrorContains(t, err, says, text)
		require.NotContains(t, err.Error(), strings.Trim(secret, "="))
	}
}

func TestKeysFromTheEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, os.WriteFile(file, []byte(key("b", 2)+"\n"+key("a", 1)+"\n"), 0o600))
	t.Setenv(encryption.KeysVariable, "")
	t.Setenv(encryption.KeysFileVariable, file)
	k, err := encryption.FromEnvironment()
	require.NoError(t, err)
	require.Equal(t, "b", k.Current())
	require.Equal(t, []string{"a", "b"}, k.IDs())

	t.Setenv(encryption.KeysVariable, key("c", 3))
	_, err = encryption.FromEnvironment()
	require.ErrorContains(t, err, "both")
	t.Setenv(encryption.KeysFileVariable, "")
	k, err = encryption.FromEnvironment()
	require.NoError(t, err)
	require.Equal(t, "c", k.Current())

	t.Setenv(encryption.KeysVariable, "")
	_, err = encryption.FromEnvironment()
	require.ErrorContains(t, err, encryption.KeysVariable)
	t.Setenv(encryption.KeysFileVariable, file+"-not-there")
	_, err = encryption.FromEnvironment()
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A check value tells the key that made it from every other.
func TestCheckValues(t *testing.T) {
	k := keys(t, key("a", 1), key("b", 2))
	check, err := k.Check("a")
	require.NoError(t, err)
	require.NoError(t, k.Prove("a", check))
	for _, c := range []struct {
		keys      *encryption.Keys
		id, check string
	}{
		{keys(t, key("a", 3)), "a", check},
		{keys(t, key("b", 1)), "a", check},
		{k, "b", check},
		{k, "a", "not base64"},
		{k, "a", ""},
	} {
		var wrong *encryption.KeyError
		require.True(t, errors.As(c.keys.Prove(c.id, c.check), &wrong))
		require.Equal(t, c.id, wrong.ID)
	}
}

// FuzzDecode: nothing that anybody sends makes the codec panic.
func FuzzDecode(f *testing.F) {
	c := encryption.New(keys(f, key("a", 1)))
	f.Add("a", "", encrypt(f, c, payload("x")).Data)
	f.Fuzz(func(t *testing.T, id, workflow string, data []byte) {
		_, _ = c.Decode([]*commonpb.Payload{{Data: data, Metadata: map[string][]byte{
			converter.MetadataEncoding: []byte(encryption.Encoding), encryption.KeyID: []byte(id), encryption.Workflow: []byte(workflow),
		}}})
	})
}

// BenchmarkCodec: a start, which holds the settings, is about this long.
func BenchmarkCodec(b *testing.B) {
	c := encryption.New(keys(b, key("a", 1)))
	p := payload(strings.Repeat(`{"id":"facility.leak","department":"engineering","hours":[8.5,12]},`, 300))
	b.SetBytes(int64(len(p.Data)))
	for b.Loop() {
		decrypt(b, c, encrypt(b, c, p))
	}
}

package temporal

import (
	"errors"
	"log/slog"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	sdk "go.temporal.io/sdk/temporal"

	"bihuan/temporal/encryption"
)

// Converter is how everything of ours is written into Temporal: as JSON, encrypted.
func Converter(keys *encryption.Keys) converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), encryption.New(keys))
}

// Failures writes failures with their messages and stack traces encrypted.
func Failures(data converter.DataConverter) converter.FailureConverter {
	return failures{
		FailureConverter: sdk.NewDefaultFailureConverter(sdk.DefaultFailureConverterOptions{
			DataConverter: data, EncodeCommonAttributes: true,
		}),
		data: data,
	}
}

// failures names the workflow in what it encrypts, as the SDK's own converter does not.
type failures struct {
	converter.FailureConverter
	data converter.DataConverter
}

// WithSerializationContext gives the failure converter of a workflow.
func (f failures) WithSerializationContext(ctx converter.SerializationContext) converter.FailureConverter {
	return Failures(converter.WithDataConverterSerializationContext(f.data, ctx))
}

// WorkerConverter is Converter for workflows and activities, which must lose nothing. Where a payload cannot be
// decrypted, Temporal's SDK would fail the whole case, or drop a signal; this one panics instead, so that the task is
// shown as failing and taken again once the key is there. A signal that nobody's key ever decrypts is handed over
// as it is: the case refuses it, in sight of everybody, and goes on. used says whether a key that is not
// here has been used in the namespace; nil means that every key has.
func WorkerConverter(keys *encryption.Keys, used func(id string) bool, log *slog.Logger) converter.DataConverter {
	return careful{Converter(keys), used, log}
}

type careful struct {
	converter.DataConverter
	used func(id string) bool
	log  *slog.Logger
}

// WithSerializationContext gives the converter of a workflow.
func (c careful) WithSerializationContext(ctx converter.SerializationContext) converter.DataConverter {
	c.DataConverter = converter.WithDataConverterSerializationContext(c.DataConverter, ctx)
	return c
}

// FromPayload reads one value.
func (c careful) FromPayload(p *commonpb.Payload, into any) error {
	err := c.DataConverter.FromPayload(p, into)
	return c.settle(err, []*commonpb.Payload{p}, into)
}

// FromPayloads reads values.
func (c careful) FromPayloads(ps *commonpb.Payloads, into ...any) error {
	err := c.DataConverter.FromPayloads(ps, into...)
	return c.settle(err, ps.GetPayloads(), into...)
}

func (c careful) settle(err error, payloads []*commonpb.Payload, into ...any) error {
	var key *encryption.KeyError
	var unreadable *encryption.UnreadableError
	if !errors.As(err, &key) && !errors.As(err, &unreadable) {
		return err
	}
	raw, signal := (*converter.RawValue)(nil), false
	if len(into) == 1 && len(payloads) > 0 {
		raw, signal = into[0].(*converter.RawValue)
	}
	if !signal || key != nil && (c.used == nil || c.used(key.ID)) {
		panic(err)
	}
	c.log.Warn("a signal cannot be decrypted and is refused", "cause", err)
	*raw = converter.NewRawValue(payloads[0])
	return nil
}

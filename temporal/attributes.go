package temporal

import (
	"context"
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"

	"bihuan/workflows"
)

// RegisterAttributes registers the search attributes that Temporal does not know yet.
func (c *Client) RegisterAttributes(ctx context.Context) error {
	operator := c.SDK.OperatorService()
	known, err := operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: c.Namespace})
	if err != nil {
		return mapped(err)
	}
	missing := map[string]enumspb.IndexedValueType{}
	for _, a := range workflows.Attributes {
		if _, ok := known.GetCustomAttributes()[a.GetName()]; !ok {
			missing[a.GetName()] = a.GetValueType()
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = operator.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: c.Namespace, SearchAttributes: missing})
	if exists := (*serviceerror.AlreadyExists)(nil); errors.As(err, &exists) {
		return nil
	}
	return mapped(err)
}

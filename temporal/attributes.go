package temporal

import (
	"context"
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"

	"bihuan/workflows"
)

// attributes are the search attributes that cases carry; no personal data.
var attributes = map[string]enumspb.IndexedValueType{
	workflows.StageAttribute.GetName():     enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	workflows.NatureAttribute.GetName():    enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	workflows.UrgencyAttribute.GetName():   enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	workflows.CommunityAttribute.GetName(): enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	workflows.OverdueAttribute.GetName():   enumspb.INDEXED_VALUE_TYPE_BOOL,
	workflows.DrillAttribute.GetName():     enumspb.INDEXED_VALUE_TYPE_BOOL,
}

// RegisterAttributes registers the search attributes that Temporal does not know yet.
func (c *Client) RegisterAttributes(ctx context.Context) error {
	operator := c.SDK.OperatorService()
	known, err := operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: c.Namespace})
	if err != nil {
		return mapped(err)
	}
	missing := map[string]enumspb.IndexedValueType{}
	for name, kind := range attributes {
		if _, ok := known.GetCustomAttributes()[name]; !ok {
			missing[name] = kind
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

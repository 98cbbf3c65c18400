package api

import (
	"context"

	"bihuan/procedure/policy"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/list"
	"bihuan/words"
)

// ListServiceCategories lists what can be asked for, and what each form asks. L1
func (s *Server) ListServiceCategories(ctx context.Context,
	r contract.ListServiceCategoriesRequestObject) (contract.ListServiceCategoriesResponseObject, error) {
	p, ok := s.Settings.For(r.Community)
	if !ok {
		return nil, desk.ErrNotFound
	}
	lang := desk.CallOf(ctx).Language
	items := list.Map(p.Service.Categories, func(c policy.ServiceCategory) contract.ServiceCategory {
		return contract.ServiceCategory{
			ID: c.ID, Parent: c.Parent, Name: words.Text(lang, c.Name), Leaf: p.Service.Leaf(c.ID), Charge: contract.Charge(c.Charge),
			Urgency: contract.Urgency(c.Urgency), Fields: fieldsIn(lang, c.Fields),
		}
	})
	return contract.ListServiceCategories200JSONResponse{Items: items}, nil
}

func fieldsIn(lang words.Language, fields []policy.Field) []contract.FormField {
	return list.Map(fields, func(f policy.Field) contract.FormField {
		return contract.FormField{
			ID: f.ID, Name: words.Text(lang, f.Name), Type: contract.FormFieldType(f.Type), Required: f.Required,
			Choices: list.Map(f.Choices, func(c policy.Choice) contract.FormChoice {
				return contract.FormChoice{ID: c.ID, Name: words.Text(lang, c.Name)}
			}),
		}
	})
}

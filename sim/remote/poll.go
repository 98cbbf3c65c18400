package remote

import (
	"bytes"
	"context"
	"fmt"
	"net/url"

	"github.com/xuri/excelize/v2"

	"bihuan/sim/client"
	"bihuan/sim/town"
)

// pages are the paths of the households' pages of a survey, by building and room.
type pages map[[2]string]string

// MoveIn has everybody entered in the directory, so that surveys can ask them. M1, N4
func (o *Office) MoveIn(ctx context.Context, directory []byte) error {
	keeper, err := o.Crew.Find("admin", "*", "")
	if err == nil {
		err = keeper.Upload(ctx, client.ImportOwnersPath, "", directory, nil)
	}
	if err != nil {
		return fmt.Errorf("entering the households in the directory: %w", err)
	}
	return nil
}

// fillIn answers a survey as a household does: by its link, on its page. M1
func (o *Office) fillIn(ctx context.Context, c town.Command) error {
	building, _ := c.Body["building"].(string)
	room, _ := c.Body["room"].(string)
	all, err := o.pagesOf(ctx, c)
	if err != nil {
		return err
	}
	page, asked := all[[2]string{building, room}]
	if !asked {
		return &town.Refusal{Code: "not_asked"}
	}
	form := url.Values{}
	replies, _ := c.Body["replies"].([]town.Fields)
	for _, r := range replies {
		field := fmt.Sprint("q-", r["question"])
		for _, name := range []string{"score", "text"} {
			if value, said := r[name]; said {
				form.Set(field, fmt.Sprint(value))
			}
		}
		if choices, chosen := r["choices"].([]string); chosen {
			form[field] = choices
		}
	}
	return refused(o.Anybody().Fill(ctx, page, form))
}

// pagesOf reads the links as the manager exports them, once a survey.
func (o *Office) pagesOf(ctx context.Context, c town.Command) (pages, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if all := o.asked[c.Number]; all != nil {
		return all, nil
	}
	manager, err := o.Crew.Find("manager", c.Who.Community, "")
	if err != nil {
		return nil, err
	}
	var workbook []byte
	if err := manager.Get(ctx, client.CasePath(c.Number)+"/households.xlsx", &workbook); err != nil {
		return nil, err
	}
	all, err := readPages(workbook)
	o.asked[c.Number] = all
	return all, err
}

// readPages finds building, room and link in a list of households, whose columns are number, building, room,
// name, phone, email, link.
func readPages(workbook []byte) (pages, error) {
	book, err := excelize.OpenReader(bytes.NewReader(workbook))
	if err != nil {
		return nil, err
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		return nil, err
	}
	all := pages{}
	for _, row := range rows[min(1, len(rows)):] {
		if len(row) < 3 {
			return nil, fmt.Errorf("no household: %v", row)
		}
		link, err := url.Parse(row[len(row)-1])
		if err != nil {
			return nil, err
		}
		all[[2]string{row[1], row[2]}] = link.Path
	}
	return all, nil
}

package priority

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// tableJSON is the form of a Table as data. A cell may be missing there, which a Priority cannot be.
type tableJSON struct {
	Rows    []Row         `json:"rows"`
	Columns []columnJSON  `json:"columns"`
	Cells   [][]*Priority `json:"cells"`

	Modifiers []Modifier `json:"modifiers,omitempty"`
}

type columnJSON struct {
	Name     string   `json:"name"`
	Severity Severity `json:"severity,omitzero"`
	Left     span     `json:"left,omitzero"`
}

// A span is a duration that is written as Go writes it: "1h30m0s".
type span time.Duration

func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err == nil {
		*s = span(d)
	}
	return err
}

// MarshalJSON implements [json.Marshaler]. The zero Table is written out in full:
//
//	{
//	  "rows":    [{"name": "1 - High", "tiers": ["primary"]}, {"name": "3 - Low"}],
//	  "columns": [{"name": "1 - High", "severity": "error", "left": "1h0m0s"}, {"name": "3 - Low"}],
//	  "cells":   [["P1", "P3"], ["P3", "P5"]],
//	  "modifiers": [{"name": "nobody waits", "lower": true, "consumers": 1}]
//	}
//
// A table without modifiers has no key for them.
func (t Table) MarshalJSON() ([]byte, error) {
	g := t.filled()
	out := tableJSON{Rows: g.rows, Modifiers: g.modifiers}
	for _, c := range g.columns {
		out.Columns = append(out.Columns, columnJSON{c.Name, c.Severity, span(c.Left)})
	}
	for r := range g.rows {
		row := g.cells[r*len(g.columns):][:len(g.columns)]
		out.Cells = append(out.Cells, present([][]Priority{row})...)
	}
	return json.Marshal(out)
}

// UnmarshalJSON implements [json.Unmarshaler]: the inverse of [Table.MarshalJSON], with the checks of [NewTable]
// and [Table.Modify].
// A key that a table does not have is an error. A null cell is missing. On error the table stays as it was.
func (t *Table) UnmarshalJSON(data []byte) error {
	var in tableJSON
	if err := strict(data, &in); err != nil {
		return fmt.Errorf("priority: table: %w", err)
	}
	columns := make([]Column, len(in.Columns))
	for i, c := range in.Columns {
		columns[i] = Column{c.Name, c.Severity, time.Duration(c.Left)}
	}
	if err := checkTable(in.Rows, columns, in.Cells, in.Modifiers); err != nil {
		return err
	}
	var cells []Priority
	for _, row := range in.Cells {
		for _, p := range row {
			cells = append(cells, *p)
		}
	}
	g := newGrid(in.Rows, columns, cells)
	g.modifiers = copyModifiers(in.Modifiers)
	*t = Table{g}
	return nil
}

// strict decodes one JSON value into what has a place for every key of it.
func strict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

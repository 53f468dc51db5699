package priority

import (
	"encoding/json"

	"github.com/alwaysp1/alwaysp1/internal/jsontree"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A matrixJSON is the form in which a Matrix is written.
type matrixJSON struct {
	Impacts   []ImpactLevel `json:"impacts"`
	Urgencies []urgencyJSON `json:"urgencies"`
	Cells     [][]*Priority `json:"cells"`

	Modifiers []Modifier `json:"modifiers,omitempty"`
}

type urgencyJSON struct {
	Name     string            `json:"name"`
	Severity Severity          `json:"severity,omitzero"`
	TimeLeft jsontree.Duration `json:"time_left,omitzero"`
}

// MarshalJSON implements [json.Marshaler]. The zero Matrix is written in full. A smaller one is
//
//	{
//	  "impacts":   [{"name": "high", "tiers": ["primary"]}, {"name": "low"}],
//	  "urgencies": [{"name": "now", "severity": "error", "time_left": "1h0m0s"}, {"name": "later"}],
//	  "cells":     [["P1", "P3"], ["P3", "P5"]],
//	  "modifiers": [{"name": "few wait", "lower": true, "consumers": 1}]
//	}
//
// A matrix without modifiers has no key for them.
func (m Matrix) MarshalJSON() ([]byte, error) {
	g := m.filled()
	out := matrixJSON{Impacts: g.impacts, Modifiers: g.modifiers}
	for _, u := range g.urgencies {
		out.Urgencies = append(out.Urgencies, urgencyJSON{u.Name, u.Severity, jsontree.Duration(u.TimeLeft)})
	}
	for i := range g.impacts {
		row := g.cells[i*len(g.urgencies):][:len(g.urgencies)]
		out.Cells = append(out.Cells, present([][]Priority{row})...)
	}
	return json.Marshal(out)
}

// UnmarshalJSON implements [json.Unmarshaler]: the inverse of [Matrix.MarshalJSON], with the checks
// of [NewMatrix] and [Matrix.With]. The error joins all faults, in the order of the text, each a
// [*sla.FieldError] with its line and offset. An unknown key and one that comes twice are faults. A
// cell that is null is missing. On error the matrix is left unchanged.
func (m *Matrix) UnmarshalJSON(data []byte) error {
	root, err := jsontree.Parse(data)
	if err != nil {
		return err
	}

	var (
		d  matrixDecoder
		in matrixCheck
	)
	d.Object("", root,
		jsontree.On("impacts", d.impacts(&in.impacts)),
		jsontree.On("urgencies", d.urgencies(&in.urgencies)),
		jsontree.On("cells", d.cells(&in.cells)),
		jsontree.On("modifiers", d.modifiers(&in.modifiers)),
	)
	d.Validated(in.check())
	if d.Len() > 0 {
		return d.Located(data, "", &root)
	}

	var cells []Priority
	for _, row := range in.cells {
		for _, p := range row {
			cells = append(cells, *p)
		}
	}
	g := newGrid(in.impacts, in.urgencies, cells)
	g.modifiers = in.modifiers
	*m = Matrix{g}
	return nil
}

// A matrixDecoder reads the parts of a matrix. Each method returns the reader of one list.
type matrixDecoder struct{ jsontree.Decoder }

// list returns a reader that appends what read reads of each element.
func list[T any](d *matrixDecoder, to *[]T, read func(path string, v jsontree.Value, one *T)) jsontree.Read {
	return func(path string, v jsontree.Value) {
		d.Each(path, v, func(path string, v jsontree.Value) {
			var one T
			read(path, v, &one)
			*to = append(*to, one)
		})
	}
}

func (d *matrixDecoder) impacts(to *[]ImpactLevel) jsontree.Read {
	return list(d, to, func(path string, v jsontree.Value, l *ImpactLevel) {
		d.Object(path, v,
			jsontree.On("name", d.Text(&l.Name)),
			jsontree.On("tiers", list(d, &l.Tiers, func(path string, v jsontree.Value, t *sla.Tier) {
				d.Unmarshal(t)(path, v)
			})),
		)
	})
}

func (d *matrixDecoder) urgencies(to *[]UrgencyLevel) jsontree.Read {
	return list(d, to, func(path string, v jsontree.Value, l *UrgencyLevel) {
		d.Object(path, v,
			jsontree.On("name", d.Text(&l.Name)),
			jsontree.On("severity", d.Unmarshal(&l.Severity)),
			jsontree.On("time_left", d.Duration(&l.TimeLeft)),
		)
	})
}

func (d *matrixDecoder) cells(to *[][]*Priority) jsontree.Read {
	return list(d, to, func(path string, v jsontree.Value, row *[]*Priority) {
		list(d, row, func(path string, v jsontree.Value, cell **Priority) {
			if string(v.Raw) == "null" {
				return
			}
			// A cell that cannot be read stays missing, so that its neighbors are not compared with
			// it.
			var p Priority
			before := d.Len()
			if d.Unmarshal(&p)(path, v); d.Len() == before {
				*cell = &p
			}
		})(path, v)
	})
}

func (d *matrixDecoder) modifiers(to *[]Modifier) jsontree.Read {
	return list(d, to, func(path string, v jsontree.Value, m *Modifier) {
		d.Object(path, v,
			jsontree.On("name", d.Text(&m.Name)),
			jsontree.On("lower", d.Truth(&m.Lower)),
			jsontree.On("asset", d.Text(&m.Asset)),
			jsontree.On("kinds", list(d, &m.Kinds, func(path string, v jsontree.Value, k *Kind) {
				d.Unmarshal(k)(path, v)
			})),
			jsontree.On("source", d.Text(&m.Source)),
			jsontree.On("dimensions", d.dimensions(&m.Dimensions)),
			jsontree.On("severity", d.Unmarshal(&m.Severity)),
			jsontree.On("tier", d.Unmarshal(&m.Tier)),
			jsontree.On("consumers", jsontree.Number(&d.Decoder, &m.Consumers)),
			jsontree.On("hours", d.Unmarshal(&m.Hours)),
			jsontree.On("closed", d.Truth(&m.Closed)),
		)
	})
}

func (d *matrixDecoder) dimensions(to *map[string]string) jsontree.Read {
	return func(path string, v jsontree.Value) {
		names := map[string]string{}
		fields := make([]jsontree.Field, len(v.Members))
		for i, m := range v.Members {
			fields[i] = jsontree.On(m.Name, func(path string, v jsontree.Value) {
				var value string
				d.Text(&value)(path, v)
				names[m.Name] = value
			})
		}
		d.Object(path, v, fields...)
		*to = names
	}
}

package priority

import (
	"errors"
	"fmt"

	"github.com/alwaysp1/alwaysp1/sla"
)

// faults gathers what is wrong, each with its place.
type faults []error

func (f *faults) add(path, format string, args ...any) {
	*f = append(*f, &sla.FieldError{Path: path, Err: fmt.Errorf(format, args...)})
}

func checkTable(rows []Row, columns []Column, cells [][]*Priority, modifiers []Modifier) error {
	var f faults
	f.names("rows", len(rows), func(i int) string { return rows[i].Name })
	f.names("columns", len(columns), func(i int) string { return columns[i].Name })
	f.tiers(rows)
	f.conditions(columns)
	f.holes(len(rows), len(columns), cells)
	f.order(cells)
	f.modifiers(modifiers)
	return errors.Join(f...)
}

func (f *faults) names(list string, n int, name func(int) string) {
	if n == 0 {
		f.add(list, "a table needs at least one")
	}
	f.uniqueNames(list, n, name)
}

func (f *faults) uniqueNames(list string, n int, name func(int) string) {
	first := map[string]int{}
	for i := range n {
		earlier, twice := first[name(i)]
		switch {
		case name(i) == "":
			f.add(fmt.Sprintf("%s[%d].name", list, i), "empty")
		case twice:
			f.add(fmt.Sprintf("%s[%d].name", list, i), "%q is the name of %s[%d] too", name(i), list, earlier)
		default:
			first[name(i)] = i
		}
	}
}

func (f *faults) tiers(rows []Row) {
	var (
		taken = map[sla.Tier]int{}
		least = sla.Primary // the least important tier listed so far
	)
	for i, row := range rows {
		path := fmt.Sprintf("rows[%d].tiers", i)
		if i == len(rows)-1 && len(row.Tiers) > 0 {
			f.add(path, "the last row takes whatever is left and lists no tier")
		}
		worst := least
		for _, tier := range row.Tiers {
			earlier, twice := taken[tier]
			switch {
			case tier < sla.Primary || tier >= nothing:
				f.add(path, "%d is not a tier", int(tier))
			case twice:
				f.add(path, "%v is listed in rows[%d] too", tier, earlier)
			case tier < least:
				f.add(path, "%v stands below the less important %v", tier, least)
			}
			taken[tier] = i
			worst = max(worst, tier)
		}
		least = worst
	}
}

func (f *faults) conditions(columns []Column) {
	for i, c := range columns {
		path := fmt.Sprintf("columns[%d]", i)
		if c.Severity < SeverityUnknown || c.Severity > SeverityCritical {
			f.add(path+".severity", "%d is not a severity", int(c.Severity))
		}
		if c.Left < 0 {
			f.add(path+".left", "%v is negative", c.Left)
		}
		if i == len(columns)-1 && (c.Severity != SeverityUnknown || c.Left != 0) {
			f.add(path, "the last column takes whatever is left and has no condition")
		}
	}
}

func (f *faults) holes(rows, columns int, cells [][]*Priority) {
	for r := range rows {
		for c := range columns {
			if cellAt(cells, r, c) == nil {
				f.add(cellPath(r, c), "missing")
			}
		}
	}
	for r, row := range cells {
		for c, p := range row {
			switch {
			case r >= rows || c >= columns:
				f.add(cellPath(r, c), "outside the %d rows by %d columns", rows, columns)
			case p != nil && *p > P1:
				f.add(cellPath(r, c), "%v is above P1", *p)
			}
		}
	}
}

func (f *faults) order(cells [][]*Priority) {
	for r, row := range cells {
		for c, p := range row {
			if p == nil {
				continue
			}
			if above := cellAt(cells, r-1, c); above != nil && *p > *above {
				f.add(cellPath(r, c), "%v is more urgent than %s, %v, though its impact is lower", *p, cellPath(r-1, c), *above)
			}
			if before := cellAt(cells, r, c-1); before != nil && *p > *before {
				f.add(cellPath(r, c), "%v is more urgent than %s, %v, though its urgency is lower", *p, cellPath(r, c-1), *before)
			}
		}
	}
}

func cellPath(row, column int) string { return fmt.Sprintf("cells[%d][%d]", row, column) }

func cellAt(cells [][]*Priority, row, column int) *Priority {
	if row < 0 || row >= len(cells) || column < 0 || column >= len(cells[row]) {
		return nil
	}
	return cells[row][column]
}

// present turns cells into cells that may be missing.
func present(cells [][]Priority) [][]*Priority {
	out := make([][]*Priority, len(cells))
	for r, row := range cells {
		for c := range row {
			out[r] = append(out[r], &row[c])
		}
	}
	return out
}

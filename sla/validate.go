package sla

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Validate joins all faults of the SLA, each a [*FieldError].
//
// IDs and names must be valid UTF-8 of at most 1,024 bytes, without control characters and without
// those that reorder or break lines, since they are shown in messages and on terminals.
func (s SLA) Validate() error {
	var f fault.List
	s.validate(&f, "")
	return f.Err()
}

// validateAll validates a list.
func validateAll(f *fault.List, path string, list []SLA) {
	first := make(map[string]int, len(list))
	for i := range list {
		at := fault.Element(path, i)
		list[i].validate(f, at)
		if j, again := first[list[i].ID]; again && list[i].ID != "" {
			f.Add(at+".id", "%s is already the ID of %s", plain.Quote(list[i].ID), fault.Element(path, j))
		} else {
			first[list[i].ID] = i
		}
	}
}

// withIDs puts the ID of its SLA in front of each fault below path, for an index in a long file must
// be counted out. Faults of the IDs themselves quote what there is.
func withIDs(found []*fault.FieldError, path string, list []SLA) {
	for _, f := range found {
		below, ok := strings.CutPrefix(f.Path, path+"[")
		index, field, _ := strings.Cut(below, "]")
		i, err := strconv.Atoi(index)
		if !ok || err != nil || list[i].ID == "" || field == ".id" {
			continue
		}
		f.Err = fmt.Errorf("SLA %s: %w", plain.Quote(list[i].ID), f.Err)
	}
}

func (s *SLA) validate(f *fault.List, path string) {
	f.Required(fault.Join(path, "id"), s.ID)
	f.Name(fault.Join(path, "name"), s.Name)
	f.Text(fault.Join(path, "description"), s.Description)
	if problem := s.Tier.problem(); problem != "" {
		f.Add(fault.Join(path, "tier"), "%s", problem)
	}
	f.Names(fault.Join(path, "owners"), s.Owners)
	f.Names(fault.Join(path, "consumers"), s.Consumers)
	f.Names(fault.Join(path, "assets"), s.Assets)
	s.validateObjectives(f, fault.Join(path, "objectives"))
	s.validateWeights(f, path)
}

// validateWeights refuses weights where they would count for nothing.
func (s *SLA) validateWeights(f *fault.List, path string) {
	if !s.Target.IsZero() {
		return
	}
	for i := range s.Objectives {
		if s.Objectives[i].Weight > 0 {
			f.Add(fault.Element(fault.Join(path, "objectives"), i)+".weight",
				"%d counts only in an SLA with a target of its own", s.Objectives[i].Weight)
		}
	}
}

func (s *SLA) validateObjectives(f *fault.List, path string) {
	first := make(map[string]int, len(s.Objectives))
	for i := range s.Objectives {
		o, at := &s.Objectives[i], fault.Element(path, i)
		o.validate(f, at)
		if j, again := first[o.Name]; again && o.Name != "" {
			f.Add(at+".name", "%s is already the name of %s",
				plain.Quote(o.Name), fault.Element("objectives", j))
		} else {
			first[o.Name] = i
		}
	}
}

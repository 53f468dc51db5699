package openslo_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openslo"
)

// A testCase is one row of testdata/openslo.json. Its README describes the form.
type testCase struct {
	ID, Format, What string
	Documents        []string
	Expect           struct {
		SLAs []struct {
			ID, Name, Description string
			Owners                []string
			Objectives            []expectedObjective
		}
		Queries map[string]expectedQuery
		Notes   []string
		Errors  []expectedFault
	}
}

type expectedObjective struct {
	Name, Asset, Target, Window string
	ZeroTolerance               bool `json:"zero_tolerance"`
	Freshness                   json.RawMessage
	Slices                      struct{ Length, Target string }
	Burn                        *[]struct {
		Name, Factor, Long, Short string
		Page                      bool
	}
}

type expectedQuery struct {
	Type, Good, Bad, Total string
	BadRatio               string `json:"bad_ratio"`
	RatioOfSlices          string `json:"ratio_of_slices"`
	Threshold              struct{ Query, Op, Value string }
}

type expectedFault struct {
	Path *string
	Line int
	Says string
}

func cases(t testing.TB) []testCase {
	data, err := os.ReadFile("testdata/openslo.json")
	require.NoError(t, err)
	var file struct {
		Count int
		Cases []testCase
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.Len(t, file.Cases, file.Count)
	return file.Cases
}

func (c testCase) documents() []json.RawMessage {
	list := make([]json.RawMessage, len(c.Documents))
	for i, text := range c.Documents {
		list[i] = json.RawMessage(text)
	}
	return list
}

// faults returns what an error joins.
func faults(t testing.TB, err error) (list []*sla.FieldError) {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			list = append(list, faults(t, one)...)
		}
		return list
	}
	var fault *sla.FieldError
	require.True(t, errors.As(err, &fault), "%v", err)
	return []*sla.FieldError{fault}
}

// TestCases reads every row of openslo.json.
func TestCases(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.ID+" "+c.What, func(t *testing.T) {
			var file openslo.File
			var err error
			if c.Format == "yaml" {
				require.Len(t, c.Documents, 1)
				file.SLAs, err = sla.DecodeSLAs([]byte(c.Documents[0]))
			} else {
				file, err = openslo.Read(c.documents()...)
			}
			c.checkFaults(t, err)
			c.checkNotes(t, file.Notes)
			c.checkSLAs(t, file.SLAs)
			c.checkQueries(t, file.Queries)
		})
	}
}

func (c testCase) checkFaults(t *testing.T, err error) {
	found := faults(t, err)
	require.Len(t, found, len(c.Expect.Errors), "%v", err)
	for i, want := range c.Expect.Errors {
		if want.Path != nil {
			assert.Equal(t, *want.Path, found[i].Path)
		}
		if want.Line > 0 {
			assert.Equal(t, want.Line, found[i].Line)
		}
		assert.Contains(t, found[i].Error(), want.Says)
		assert.Positive(t, found[i].Line)
	}
}

func (c testCase) checkNotes(t *testing.T, notes []*sla.FieldError) {
	if c.Expect.Notes == nil {
		return
	}
	paths := make([]string, len(notes))
	for i, note := range notes {
		paths[i] = note.Path
		assert.Positive(t, note.Line)
	}
	assert.ElementsMatch(t, c.Expect.Notes, paths)
}

func (c testCase) checkSLAs(t *testing.T, slas []sla.SLA) {
	require.Len(t, slas, len(c.Expect.SLAs))
	for i, want := range c.Expect.SLAs {
		got := slas[i]
		require.NoError(t, got.Validate())
		assert.Equal(t, want.ID, got.ID)
		assert.Equal(t, want.Name, got.Name)
		assert.Equal(t, want.Description, got.Description)
		assert.Equal(t, want.Owners, got.Owners)
		require.Len(t, got.Objectives, len(want.Objectives))
		for j, o := range want.Objectives {
			o.check(t, got.Objectives[j])
		}
	}
}

func (o expectedObjective) check(t *testing.T, got sla.Objective) {
	assert.Equal(t, o.Name, got.Name)
	assert.Equal(t, o.Asset, got.Asset)
	assert.Equal(t, o.Target, got.Target.String())
	assert.Equal(t, o.ZeroTolerance, got.ZeroTolerance)
	assert.Equal(t, o.Window, got.Window.String())
	if o.Slices.Length == "" {
		assert.Zero(t, got.Timeslices)
	} else {
		assert.Equal(t, o.Slices.Length, got.Timeslices.Length.String())
		assert.Equal(t, o.Slices.Target, got.Timeslices.Target.String())
	}

	if o.Freshness == nil {
		assert.Nil(t, got.Freshness)
	} else {
		policy, err := freshness.EncodePolicy(got.Freshness)
		require.NoError(t, err)
		assert.JSONEq(t, string(o.Freshness), string(policy))
	}

	if o.Burn == nil {
		assert.Nil(t, got.Burn)
		return
	}
	require.NotNil(t, got.Burn)
	require.Len(t, got.Burn, len(*o.Burn))
	for k, want := range *o.Burn {
		rule := got.Burn[k]
		assert.Equal(t, want.Name, rule.Name)
		assert.Equal(t, want.Page, rule.Page)
		assert.Equal(t, want.Factor, rule.BurnRate.String())
		assert.Equal(t, want.Long, rule.Long.String())
		assert.Equal(t, want.Short, rule.Short.String())
	}
}

func (c testCase) checkQueries(t *testing.T, queries map[string]openslo.Query) {
	if c.Expect.Queries == nil {
		return
	}
	require.Len(t, queries, len(c.Expect.Queries))
	for check, want := range c.Expect.Queries {
		got, ok := queries[check]
		require.True(t, ok, check)
		assert.Equal(t, []string{want.Type, want.Good, want.Bad, want.Total, want.BadRatio},
			[]string{got.Type, got.Good, got.Bad, got.Total, got.BadRatio})
		assert.Equal(t, want.Threshold, struct{ Query, Op, Value string }{got.Threshold, got.Op, got.Value})
		if want.RatioOfSlices == "" {
			want.RatioOfSlices = "0s"
		}
		assert.Equal(t, want.RatioOfSlices, got.RatioOfSlices.String())
	}
}

package sla_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

func lintCatalog(
	t *testing.T, slas []sla.SLA, feeds sla.Edges, events map[string]int64,
	landed map[string]freshness.Landings, checks ...freshness.Check,
) (list []string) {
	t.Helper()
	c, err := sla.NewCatalog(slas, feeds)
	require.NoError(t, err)
	for _, f := range c.Lint(events, landed, checks...) {
		list = append(list, f.Error())
	}
	return list
}

// promising returns an SLA without faults about its assets alone.
func promising(id string, assets ...string) sla.SLA {
	s := sound()
	s.ID, s.Assets, s.Objectives[0].Asset = id, assets, "mart.orders"
	return s
}

func TestLintNamesTheAssetThatWasMeant(t *testing.T) {
	lineage := sla.Feeds("raw.orders", "mart.orders", "model.shop.finance")
	landed := map[string]freshness.Landings{"model.shop.financ": {{At: time.Unix(1, 0)}}}
	const financ = `"model.shop.financ" has no edge and no check, so that no failure reaches it`
	objective := promising("books")
	objective.Objectives[0].Asset = "model.shop.financ"
	twice := objective
	twice.Assets = []string{"model.shop.financ"}
	for name, row := range map[string]struct {
		slas   []sla.SLA
		feeds  sla.Edges
		landed map[string]freshness.Landings
		checks []freshness.Check
		want   []string
	}{
		"the name that is": {[]sla.SLA{promising("books", "model.shop.finance")}, lineage, nil, nil, nil},
		"an asset": {[]sla.SLA{promising("books", "model.shop.financ")}, lineage, nil, nil,
			[]string{`slas[0].assets[0]: SLA "books": ` + financ + `: did you mean "model.shop.finance"?`}},
		"an objective": {[]sla.SLA{objective}, lineage, nil, nil,
			[]string{`slas[0].objectives[0].asset: SLA "books": ` + financ + `: did you mean "model.shop.finance"?`}},
		"an asset and an objective, once": {[]sla.SLA{twice}, lineage, nil, nil,
			[]string{`slas[0].assets[0]: SLA "books": ` + financ + `: did you mean "model.shop.finance"?`}},
		"the first of those as near": {[]sla.SLA{promising("books", "mart.clickz")},
			sla.Feeds("mart.orders", "mart.clicky", "mart.clicka", "mart.clickx"), nil, nil,
			[]string{`slas[0].assets[0]: SLA "books": "mart.clickz" has no edge and no check, so that no failure reaches it: did you mean "mart.clicka"?`}},
		"in the order of the SLAs": {[]sla.SLA{promising("b", "mart.ordres"), promising("a", "x")}, lineage, nil, nil,
			[]string{`slas[0].assets[0]: SLA "a": "x" has no edge and no check, so that no failure reaches it`,
				`slas[1].assets[0]: SLA "b": "mart.ordres" has no edge and no check, so that no failure reaches it: did you mean "mart.orders"?`}},
		"nothing is near":   {[]sla.SLA{promising("books", "elsewhere")}, lineage, nil, nil, []string{`slas[0].assets[0]: SLA "books": "elsewhere" has no edge and no check, so that no failure reaches it`}},
		"no lineage at all": {[]sla.SLA{objective}, nil, nil, nil, nil},
		"it has landed":     {[]sla.SLA{objective}, lineage, landed, nil, nil},
		"it is checked":     {[]sla.SLA{objective}, lineage, nil, []freshness.Check{{Asset: "model.shop.financ"}}, nil},
		"an edge that leads nowhere makes it known": {[]sla.SLA{promising("books", "model.shop.financ")},
			append(sla.Feeds("model.shop.financ"), lineage...), nil, nil, nil},
		"a check alone to compare with": {[]sla.SLA{objective}, nil, nil, []freshness.Check{{Asset: "model.shop.finance"}},
			[]string{`slas[0].objectives[0].asset: SLA "books": ` + financ + `: did you mean "model.shop.finance"?`}},
	} {
		assert.Equal(t, row.want, lintCatalog(t, row.slas, row.feeds, nil, row.landed, row.checks...), name)
	}
}

// TestCatalogLintIsThatOfItsSLAs holds that nothing that an SLA alone would report is lost, each
// with the volume of its own objective.
func TestCatalogLintIsThatOfItsSLAs(t *testing.T) {
	bare := sla.SLA{ID: "bare"}
	events := sound()
	events.ID, events.Tier = "events", sla.Secondary
	events.Objectives[0] = sla.Objective{Name: "ready", Asset: "x", Target: sla.MustTarget("99.9%"),
		Window: sla.Rolling(30 * sla.Day)}
	perDay := map[string]int64{"events/ready": 1, "ready": 1_000_000}

	var want []string
	for _, f := range bare.Lint(nil, nil) {
		want = append(want, "slas[0]."+f.Path+`: SLA "bare": `+f.Err.Error())
	}
	require.Len(t, want, 3)
	own := events.Lint(map[string]int64{"ready": 1}, nil)
	require.NotEmpty(t, own)
	for _, f := range own {
		want = append(want, "slas[1]."+f.Path+`: SLA "events": `+f.Err.Error())
	}
	assert.Equal(t, want, lintCatalog(t, []sla.SLA{events, bare}, nil, perDay, nil))

	var none *sla.Catalog
	assert.Empty(t, none.Lint(nil, nil))
	assert.Empty(t, new(sla.Catalog).Lint(nil, nil, freshness.Check{Asset: "x"}))
}

// TestAnEmptyListOfObjectivesIsLinted reads it as it is written: the list is there, and promises nothing.
func TestAnEmptyListOfObjectivesIsLinted(t *testing.T) {
	slas, err := sla.DecodeSLAs([]byte(
		`[{"id":"books","owners":["ada","bob"],"consumers":["finance"],"assets":["mart.orders"],"objectives":[]}]`))
	require.NoError(t, err)
	assert.Equal(t, []string{`slas[0].objectives: SLA "books": nothing of it can be measured`},
		lintCatalog(t, slas, sla.Feeds("mart.orders"), nil, nil))
}

func TestAssetsAndOrphans(t *testing.T) {
	books := promising("books", "model.shop.financ", "b")
	for _, feeds := range [][]sla.Edges{
		{sla.Feeds("z", "mart.orders"), sla.Feeds("a")}, {sla.Feeds("a"), sla.Feeds("z", "mart.orders")},
	} {
		c, err := sla.NewCatalog([]sla.SLA{books}, feeds...)
		require.NoError(t, err)
		assert.Equal(t, []string{"a", "b", "mart.orders", "model.shop.financ", "z"}, slices.Collect(c.Assets()))
		assert.Equal(t, []string{"b", "model.shop.financ"}, slices.Collect(c.Orphans()))
		assert.Equal(t, []string{"model.shop.financ"}, slices.Collect(c.Orphans(freshness.Check{Asset: "b"})))
		for first := range c.Assets() {
			assert.Equal(t, "a", first)
			break
		}
	}
	c, err := sla.NewCatalog([]sla.SLA{books})
	require.NoError(t, err)
	assert.Equal(t, slices.Collect(c.Assets()), slices.Collect(c.Orphans()), "without edges")
	var none *sla.Catalog
	assert.Empty(t, slices.Collect(none.Assets()))
	assert.Empty(t, slices.Collect(none.Orphans()))
	assert.Empty(t, slices.Collect(new(sla.Catalog).Orphans()))
}

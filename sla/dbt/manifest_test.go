package dbt_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// arrows writes edges as "from > to", the first two parts of each ID left out.
func arrows(edges sla.Edges) []string {
	var list []string
	for _, e := range edges {
		list = append(list, strings.TrimSuffix(e.From+" > "+e.To, " > "))
	}
	return list
}

func TestManifestEdges(t *testing.T) {
	for name, want := range map[string][]string{
		"v1_disabled_list.json": {"source.shop.raw.orders > model.shop.orders"},
		"v4_child_map.json": {
			"model.jaffle_shop.stg_orders > model.jaffle_shop.orders",
			"model.jaffle_shop.stg_payments > model.jaffle_shop.orders",
			"model.jaffle_shop.test_insert_overwrite",
			"seed.jaffle_shop.raw_customers > model.jaffle_shop.stg_customers",
			"seed.jaffle_shop.raw_orders > model.jaffle_shop.stg_orders",
			"seed.jaffle_shop.raw_payments > model.jaffle_shop.stg_payments",
		},
		"v12_shop.json": {
			"exposure.shop.idea",
			"metric.shop.revenue > exposure.shop.weekly",
			"metric.shop.revenue > saved_query.shop.monthly",
			"model.shop.customers > exposure.shop.app",
			"model.shop.lonely",
			"model.shop.orders > exposure.shop.weekly",
			"model.shop.orders > model.other_project.sees_orders",
			"model.shop.orders > model.shop.customers",
			"model.shop.orders > semantic_model.shop.orders",
			"model.shop.orders > snapshot.shop.orders_history",
			"model.shop.stg_orders > model.shop.orders",
			"seed.shop.countries > model.shop.customers",
			"semantic_model.shop.orders > metric.shop.revenue",
			"source.shop.raw.orders > model.shop.stg_orders",
			"source.shop.raw.payments > model.shop.orders",
			"source.shop.raw.rates",
		},
		"v12_newer_engine.json": {
			"seed.ted_intelligence.cpv_codes",
			"source.ted_intelligence.ted_raw.award_criteria",
			"source.ted_intelligence.ted_raw.notices > model.ted_intelligence.stg_notices",
		},
		"v20_depends_on.json": {
			"function.shop.tax > model.shop.orders",
			"model.shop.orders > exposure.shop.weekly",
			"source.shop.raw.orders > model.shop.orders",
		},
	} {
		m := manifest(t, name)
		assert.Empty(t, m.Warnings, name)
		assert.Equal(t, want, arrows(m.Edges()), name)
		edges := m.Edges()
		edges[0].From = "changed"
		assert.Equal(t, want, arrows(m.Edges()), "%s: the edges are a copy", name)
	}
}

func TestManifestDisabled(t *testing.T) {
	assert.Equal(t, []string{"model.shop.old"}, manifest(t, "v1_disabled_list.json").Disabled)
	assert.Equal(t, []string{"model.jaffle_shop.customers"}, manifest(t, "v4_child_map.json").Disabled)
	assert.Equal(t, []string{"model.shop.off"}, manifest(t, "v12_shop.json").Disabled,
		"what is enabled too is not disabled")
	assert.Empty(t, manifest(t, "v20_depends_on.json").Disabled)
}

func TestManifestSources(t *testing.T) {
	m := manifest(t, "v12_shop.json")
	assert.Equal(t, "shop", m.Project)
	assert.Equal(t, "postgres", m.Adapter)
	require.Len(t, m.Sources, 3)

	orders, payments, rates := m.Sources[0], m.Sources[1], m.Sources[2]
	assert.Equal(t, "source.shop.raw.orders", orders.ID)
	assert.Equal(t, "raw", orders.SourceName)
	assert.Equal(t, "orders", orders.Name)
	assert.Equal(t, `"db"."raw"."orders"`, orders.Relation)
	assert.Equal(t, "airbyte", orders.Loader)
	assert.Equal(t, "_loaded_at", orders.LoadedAtField)
	policy, ok := orders.Criteria.Policy()
	assert.True(t, ok)
	assert.Equal(t, freshness.MaxAge{Warn: 6 * time.Hour, Fail: 12 * time.Hour, Skew: time.Minute}, policy)

	assert.Equal(t, "select max(at) from log", payments.LoadedAtQuery)
	policy, ok = payments.Criteria.Policy()
	assert.True(t, ok, "criteria in the configuration count")
	assert.Equal(t, freshness.MaxAge{Warn: 24 * time.Hour, Skew: time.Minute}, policy)

	_, ok = rates.Criteria.Policy()
	assert.False(t, ok)

	policy, _ = manifest(t, "v20_depends_on.json").Sources[0].Criteria.Policy()
	assert.Equal(t, 90*time.Minute, policy.Warn, "a count in quotes")
}

func TestManifestNodes(t *testing.T) {
	m := manifest(t, "v12_shop.json")
	var ids []string
	for _, n := range m.Nodes {
		ids = append(ids, n.ID)
	}
	assert.Equal(t, []string{
		"metric.shop.revenue", "model.shop.customers", "model.shop.lonely", "model.shop.orders",
		"model.shop.stg_orders",
		"saved_query.shop.monthly", "seed.shop.countries", "semantic_model.shop.orders",
		"snapshot.shop.orders_history",
	}, ids)
	assert.Equal(t, dbt.Node{
		ID: "model.shop.orders", Type: "model", Name: "orders", Relation: `"db"."mart"."orders"`,
		Materialized: "incremental", Owner: "Sales data",
	}, m.Nodes[3])
	assert.Empty(t, m.Nodes[1].Owner)
	assert.Equal(t, "core@example.com", m.Nodes[8].Owner, "an address, where the group has no name")
}

func TestManifestAssetsOf(t *testing.T) {
	m := manifest(t, "v12_shop.json")
	for id, want := range map[string][]string{
		"model.shop.orders":              {"model.shop.orders"},
		"source.shop.raw.orders":         {"source.shop.raw.orders"},
		"test.shop.unique_orders_id.1":   {"model.shop.orders"},
		"test.shop.relationships.2":      {"model.shop.orders"},
		"test.shop.singular.3":           {"model.shop.customers", "model.shop.orders"},
		"unit_test.shop.orders.adds_up":  {"model.shop.orders"},
		"model.shop.unknown":             {"model.shop.unknown"},
		"test.shop.unknown":              nil,
		"operation.shop.shop-on-run-end": nil,
		"shop":                           nil,
		"":                               nil,
	} {
		assert.Equal(t, want, m.AssetsOf(id), id)
	}
	const relationships = "test.jaffle_shop.relationships_orders_customer_id__customer_id__ref_customers_.c6ec7f58f2"
	assert.Equal(t, []string{"model.jaffle_shop.orders"}, manifest(t,
		"v4_child_map.json").AssetsOf(relationships),
		"a disabled model is not among them")
}

func TestManifestExposures(t *testing.T) {
	m := manifest(t, "v12_shop.json")
	require.Len(t, m.Exposures, 3)
	app, idea, weekly := m.Exposures[0], m.Exposures[1], m.Exposures[2]
	assert.Equal(t, dbt.Exposure{
		ID: "exposure.shop.weekly", Name: "weekly", Label: "Weekly sales", Type: "dashboard",
		Maturity: "high",
		URL:      "https://bi.example.com/weekly", Description: "What the board looks at.",
		Owner:     dbt.Owner{Name: "Finance", Emails: []string{"finance@example.com", "cfo@example.com"}},
		DependsOn: []string{"metric.shop.revenue", "model.shop.orders"},
	}, weekly)
	assert.Equal(t, "app@example.com", app.Owner.String())
	assert.Equal(t, "app", app.SLA().Name)
	assert.Equal(t, sla.SLA{
		ID: "exposure.shop.weekly", Name: "Weekly sales", Description: "What the board looks at.",
		Consumers: []string{"Finance"}, Assets: []string{"metric.shop.revenue", "model.shop.orders"},
	}, weekly.SLA())
	assert.Equal(t, sla.SLA{ID: "exposure.shop.idea", Name: "idea", Assets: []string{"exposure.shop.idea"}},
		idea.SLA())
}

func TestManifestSuggestions(t *testing.T) {
	target, window := sla.MustTarget("99%"), sla.Rolling(30*sla.Day)
	for _, name := range names(t, "manifest") {
		m := manifest(t, strings.TrimPrefix(name, "manifest/"))
		drafts := m.DraftSLAs(target, window)
		require.Len(t, drafts, len(m.Exposures), name)
		for _, draft := range drafts {
			require.NoError(t, draft.Validate(), name)
		}
		_, err := sla.NewCatalog(drafts, m.Edges())
		require.NoError(t, err, name)
	}
	drafts := manifest(t, "v12_shop.json").DraftSLAs(target, window)
	weekly := drafts[2]
	assert.Equal(t, []string{"Sales data"}, weekly.Owners)
	require.Len(t, weekly.Objectives, 2)
	assert.Equal(t, "source.shop.raw.orders", weekly.Objectives[0].Asset)
	assert.Equal(t, "source.shop.raw.payments", weekly.Objectives[1].Asset)
	assert.Equal(t, target, weekly.Objectives[1].Target)
	assert.Empty(t, drafts[1].Objectives)
}

func TestManifestChecks(t *testing.T) {
	m := manifest(t, "v12_shop.json")
	now := instant("2025-10-01T06:00:00Z")
	checks := m.Checks(func(id string) freshness.Source { return landed{id: now.Add(-7 * time.Hour)} })
	require.Len(t, checks, 2)
	var got []string
	for _, c := range checks {
		require.NoError(t, c.Validate())
		r := c.Run(context.Background(), now)
		got = append(got, r.Asset+" "+r.Status.String())
	}
	assert.Equal(t, []string{"source.shop.raw.orders at-risk", "source.shop.raw.payments fresh"}, got)

	for _, c := range m.Checks(nil) {
		assert.Equal(t, freshness.ReasonNotMeasured, c.Run(context.Background(), now).Reason)
	}
}

// landed is a source of one landing.
type landed map[string]time.Time

func (l landed) Landings(context.Context) (freshness.Landings, error) {
	var list freshness.Landings
	for _, at := range l {
		list = list.Add(freshness.Landing{At: at})
	}
	return list, nil
}

func TestASourceThatCannotBeUnderstoodIsNotForgotten(t *testing.T) {
	text := `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json"},"sources":{
"source.a.b.c":{"freshness":{"warn_after":{"count":1,"period":"hour"},"error_after":{"count":"many","period":"hour"}}},
"source.a.b.d":{"freshness":null},
"source.a.b.e":{"freshness":{"warn_after":{"count":1,"period":"aeon"}}}}}`
	m, err := dbt.ReadManifest(strings.NewReader(text))
	require.NoError(t, err)
	require.ErrorIs(t, m.Sources[0].Err, dbt.ErrMalformed)
	require.EqualError(t, m.Sources[0].Err,
		fmt.Sprintf(`sources["source.a.b.c"].freshness.error_after.count: `+
			`manifest.json: unusable value: "many" is not a number (line 2, offset %d)`,
			strings.Index(text, `"many"`)))
	require.NoError(t, m.Sources[1].Err)

	checks := m.Checks(nil)
	require.Len(t, checks, 2)
	for _, check := range checks {
		r := check.Run(context.Background(), instant("2025-10-01T06:00:00Z"))
		assert.Equal(t, freshness.Unknown, r.Status)
		assert.ErrorIs(t, r.Err, dbt.ErrMalformed)
	}
}

func TestAChildMapAndADependsOnAddUp(t *testing.T) {
	const head = `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json"},`
	read := func(rest string) []string {
		m, err := dbt.ReadManifest(strings.NewReader(head + rest + "}"))
		require.NoError(t, err)
		return arrows(m.Edges())
	}
	byChild := `"child_map":{"model.a.x":["model.a.y"]}`
	byParent := `"nodes":{"model.a.z":{"depends_on":{"nodes":["model.a.y"]}}}`
	both := read(byChild + "," + byParent)
	assert.Equal(t, []string{"model.a.x > model.a.y", "model.a.y > model.a.z"}, both)
	assert.Equal(t, both, read(byParent+","+byChild))
	for _, alone := range []string{byChild, byParent} {
		for _, edge := range read(alone) {
			assert.True(t, slices.Contains(both, edge))
		}
	}
	assert.Equal(t, []string{"model.a.x > model.a.x"}, read(`"child_map":{"model.a.x":["model.a.x"]}`),
		"a loop is for the catalog to report")
	assert.Equal(t, []string{"model.a.x > model.a.z"}, read(`"disabled":{"model.a.y":[]},"child_map":`+
		`{"model.a.x":["model.a.y","model.a.z"],"model.a.y":["model.a.z"]}`),
		"what is disabled neither feeds nor is fed")
	assert.Empty(t, read(`"child_map":{"model.a.x":["", null, "test.a.t"]}`))
}

func TestAnEntryWithoutAnIDIsNoAsset(t *testing.T) {
	const head = `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json"},`
	for _, section := range []string{
		"nodes", "metrics", "semantic_models", "saved_queries", "functions", "unit_tests",
		"sources", "exposures", "groups", "child_map", "disabled",
	} {
		text := head + `"` + section +
			`":{"":{"freshness":{"warn_after":{"count":1,"period":"day"}},"owner":{"name":"Us"}}}}`
		if section == "child_map" || section == "disabled" {
			text = head + `"` + section + `":{"":["model.a.x"]}}`
		}
		m, err := dbt.ReadManifest(strings.NewReader(text))
		require.NoError(t, err, section)
		require.Len(t, m.Warnings, 1, section)
		require.ErrorIs(t, m.Warnings[0], dbt.ErrMalformed)
		assert.EqualError(t, m.Warnings[0], fmt.Sprintf(`%s[""]: manifest.json: `+
			`unusable value: an entry needs an ID (line 1, offset %d)`, section,
			strings.Index(text, `"":`)+len(`"":`)))
		assert.Empty(t, m.Edges(), section)
		assert.Empty(t, m.Disabled, section)
		assert.Empty(t, m.Checks(nil), section)
		assert.Empty(t, m.DraftSLAs(sla.MustTarget("99%"), sla.Rolling(sla.Day)), section)
	}
}

// A monitor refuses all of its checks when two have one name.
func TestAnEntryThatComesTwiceCountsOnce(t *testing.T) {
	text := `{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json"},
"sources":{"source.a.b.c":{"name":"1","freshness":{"warn_after":{"count":1,"period":"day"}}},
 "source.a.b.c":{"name":"2","freshness":{"warn_after":{"count":9,"period":"day"}}}},
"nodes":{"model.a.x":{"name":"1"},"model.a.x":{"name":"2"}},
"exposures":{"exposure.a.e":{"name":"1"},"exposure.a.e":{"name":"2"}},
"sources":{"source.a.b.c":{}}}`
	m, err := dbt.ReadManifest(strings.NewReader(text))
	require.NoError(t, err)
	require.Len(t, m.Warnings, 4)
	assert.EqualError(t, m.Warnings[0], fmt.Sprintf(`sources["source.a.b.c"]: manifest.json: `+
		`unusable value: this ID has an entry already, which counts (line 3, offset %d)`,
		strings.Index(text, `{"name":"2"`)))
	require.Len(t, m.Sources, 1)
	require.Len(t, m.Nodes, 1)
	require.Len(t, m.Exposures, 1)
	assert.Equal(t, []string{"1", "1", "1"}, []string{m.Sources[0].Name, m.Nodes[0].Name,
		m.Exposures[0].Name})
	require.Len(t, m.Checks(nil), 1)
	require.Len(t, m.Edges(), 3)
}

func TestSuggestionsEndInACycleAndNameEachOwnerOnce(t *testing.T) {
	m, err := dbt.ReadManifest(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
		"groups": {"group.a.g": {"name": "g", "owner": {"name": "Us"}}},
		"sources": {"source.a.b.c": {"freshness": {"warn_after": {"count": 1, "period": "day"}}}},
		"nodes": {
			"model.a.x": {"group": "g", "depends_on": {"nodes": ["model.a.y", "source.a.b.c"]}},
			"model.a.y": {"group": "g", "depends_on": {"nodes": ["model.a.x"]}}},
		"exposures": {"exposure.a.e": {"name": "e", "depends_on": {"nodes": ["model.a.x", "model.a.y"]}}}}`))
	require.NoError(t, err)
	drafts := m.DraftSLAs(sla.MustTarget("99%"), sla.Rolling(sla.Day))
	require.Len(t, drafts, 1)
	assert.Equal(t, []string{"Us"}, drafts[0].Owners)
	assert.Len(t, drafts[0].Objectives, 1)
	require.NoError(t, drafts[0].Validate())
}

package alwaysp1_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
	"github.com/alwaysp1/alwaysp1/sla/openlineage"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// lineageEvents are those of a dbt model that is built, and fails the next day. Its FAIL names no
// dataset.
const lineageEvents = `[
{"eventType": "COMPLETE", "eventTime": "2026-03-03T06:18:00Z", "run": {"runId": "tuesday"},
 "job": {"namespace": "dbt", "name": "model.shop.orders"},
 "inputs": [{"namespace": "postgres://db:5432", "name": "db.raw.orders"}],
 "outputs": [{"namespace": "postgres://db:5432", "name": "db.mart.orders"}]},
{"eventType": "FAIL", "eventTime": "2026-03-04T06:02:00Z",
 "run": {"runId": "wednesday", "facets": {"errorMessage": {"message": "connection refused"}}},
 "job": {"namespace": "dbt", "name": "model.shop.orders"}}]`

const lineageManifest = `{
"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
"nodes": {"model.shop.orders": {"unique_id": "model.shop.orders", "resource_type": "model",
	"name": "orders", "package_name": "shop", "relation_name": "\"db\".\"mart\".\"orders\""}},
"sources": {"source.shop.raw.orders": {"unique_id": "source.shop.raw.orders", "resource_type": "source",
	"name": "orders", "source_name": "raw", "relation_name": "\"db\".\"raw\".\"orders\""}}}`

// A service is told what feeds what. It builds its catalog anew when the version of the lineage
// changes, and gives it to the tracker and the classifier. The assets are those of the dbt project:
// events name tables, and the manifest has the table of each node.
func Example_openLineage() {
	manifest, err := dbt.ReadManifest(strings.NewReader(lineageManifest))
	if err != nil {
		panic(err)
	}
	assets := map[string]string{}
	for _, n := range manifest.Nodes {
		assets[strings.ReplaceAll(n.Relation, `"`, "")] = n.ID
	}
	for _, s := range manifest.Sources {
		assets[strings.ReplaceAll(s.Relation, `"`, "")] = s.ID
	}
	lineage := openlineage.Lineage{Name: func(d openlineage.Dataset) string {
		if id, ok := assets[d.Name]; ok {
			return id
		}
		return d.Namespace + "/" + d.Name
	}}

	promises := []sla.SLA{{
		ID: "orders-ready", Name: "Orders ready", Owners: []string{"data-infra"}, Consumers: []string{"finance"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "model.shop.orders",
			Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
		}},
	}}
	catalog, err := sla.NewCatalog(promises)
	if err != nil {
		panic(err)
	}
	counts := tracker.New(catalog)
	classifier := priority.NewClassifier(catalog)
	built := lineage.Version()

	events, err := openlineage.Decode([]byte(lineageEvents))
	if err != nil {
		panic(err)
	}
	for _, e := range events {
		news, err := lineage.Observe(e, time.Date(2026, 3, 4, 6, 3, 0, 0, time.UTC))
		if err != nil {
			panic(err)
		}
		if now := lineage.Version(); now != built {
			if catalog, err = sla.NewCatalog(promises, lineage.Edges()); err != nil {
				panic(err)
			}
			counts.SetCatalog(catalog)
			classifier, built = priority.NewClassifier(catalog), now
		}
		for _, l := range news.Landings {
			fmt.Println(l.Asset, "landed at", l.At.Format(time.DateTime))
		}
		for _, f := range news.Failures {
			verdict := classifier.Classify(priority.Signal{
				Asset: f.Asset, Kind: priority.KindFailure, Source: "openlineage",
				Summary: f.Summary, At: f.At, Resolved: f.Resolved, Dimensions: f.Dimensions,
			})
			fmt.Println(verdict.Priority, verdict)
		}
	}
	// Output:
	// model.shop.orders landed at 2026-03-03 06:18:00
	// P5 job:dbt/model.shop.orders is well again, resolved for "Orders ready" (finance)
	// P1 job:dbt/model.shop.orders: connection refused → model.shop.orders → "Orders ready" (finance)
}

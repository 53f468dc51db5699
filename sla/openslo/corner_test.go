package openslo_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openslo"
)

const slo = `{"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "a"}, "spec": {
	"service": "web",
	"indicator": {"spec": {"ratioMetric": {"good": {"metricSource": {"type": "Any"}}, "total": {"metricSource": {"type": "Any"}}}}},
	"timeWindow": [{"duration": "28d", "isRolling": true}],
	"budgetingMethod": "Occurrences",
	"objectives": [{"target": 0.99}]
}}`

const (
	ratio    = `"indicator": {"spec": {"ratioMetric": {"good": {"metricSource": {"type": "Any"}}, "total": {"metricSource": {"type": "Any"}}}}}`
	rolling  = `{"duration": "28d", "isRolling": true}`
	promised = `{"target": 0.99}`
)

const sloth = `{"version": "prometheus/v1", "service": "shop", "slos": [{
	"name": "orders", "objective": 99.9,
	"sli": {"events": {"error_query": "errors[{{.window}}]", "total_query": "all[{{ .window }}]"}},
	"alerting": {"name": "M"}
}]}`

const kubernetes = `{"apiVersion": "sloth.slok.dev/v1", "kind": "PrometheusServiceLevel", "metadata": {"name": "x"},
	"spec": {"service": "shop", "slos": [{
		"name": "orders", "objective": 99.9,
		"sli": {"events": {"errorQuery": "errors[{{.window}}]", "totalQuery": "all[{{.window}}]"}},
		"alerting": {"name": "M", "pageAlert": {"disable": true}}
	}]}}`

func condition(change string) string {
	text := `{"apiVersion": "openslo/v1", "kind": "AlertCondition", "metadata": {"name": "burn"}, "spec":
		{"severity": "ticket", "condition": {"kind": "burnrate", "op": "gt", "threshold": 2, "lookbackWindow": "1h"}}}`
	if before, after, ok := strings.Cut(change, " => "); ok {
		return strings.Replace(text, before, after, 1)
	}
	return text
}

const policy = `{"apiVersion": "openslo/v1", "kind": "AlertPolicy", "metadata": {"name": "fast"},
	"spec": {"conditions": [{"conditionRef": "burn"}]}}`

func lines(list []*sla.FieldError) []string {
	texts := make([]string, len(list))
	for i, f := range list {
		texts[i] = f.Path + ": " + f.Err.Error()
	}
	return texts
}

// change returns a text with one part replaced, which it must hold.
func change(t *testing.T, text, old, with string) json.RawMessage {
	require.Contains(t, text, old)
	return json.RawMessage(strings.Replace(text, old, with, 1))
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct{ what, text, old, with, want string }{
		{"an older version", slo, "openslo/v1", "openslo/v1alpha", `apiVersion: "openslo/v1alpha" is not read: want openslo/v1 or sloth.slok.dev/v1`},
		{"a newer version", slo, "openslo/v1", "openslo.com/v2alpha", `apiVersion: "openslo.com/v2alpha" is not read: want openslo/v1 or sloth.slok.dev/v1`},
		{"another kind", slo, `"SLO"`, `"SLA"`, `kind: "SLA" is not read: want SLO, SLI, AlertPolicy, AlertCondition, DataSource, Service, AlertNotificationTarget`},
		{"no kind", slo, `"kind": "SLO",`, "", "kind: is missing"},
		{"another version of Sloth", sloth, "prometheus/v1", "prometheus/v2", `version: "prometheus/v2" is not read: want prometheus/v1`},
		{"no name", slo, `{"name": "a"}`, "{}", "metadata.name: is missing"},
		{"a member that comes twice", slo, `"service": "web"`, `"service": "web", "service": "b"`, "spec.service: comes twice"},
		{"no service", slo, `"service": "web",`, "", "spec.service: is missing"},
		{"no method", slo, `"budgetingMethod": "Occurrences",`, "", "spec.budgetingMethod: is missing"},
		{"another method", slo, `"Occurrences"`, `"occurrences"`, `spec.budgetingMethod: "occurrences" is not read: want Occurrences, Timeslices, RatioTimeslices`},
		{"no window", slo, `"timeWindow": [` + rolling + `],`, "", "spec.timeWindow: is missing"},
		{"two windows", slo, rolling, rolling + "," + rolling, "spec.timeWindow: holds 2 windows: want one"},
		{"a window that is neither", slo, `, "isRolling": true`, "", "spec.timeWindow[0]: is neither rolling nor of a calendar: want isRolling true, or a calendar"},
		{"a window that is both", slo, `, "isRolling": true`, `, "isRolling": true, "calendar": {}`, "spec.timeWindow[0]: has a calendar and is rolling: want one of the two"},
		{"a window without a unit", slo, `"28d"`, `"28"`, `spec.timeWindow[0].duration: "28" is no duration: want a whole number and m, h, d, w, M, Q or Y, as 28d`},
		{"a window of half a day", slo, `"28d"`, `"0.5d"`, `spec.timeWindow[0].duration: "0.5d" is no duration: want a whole number and m, h, d, w, M, Q or Y, as 28d`},
		{"a window longer than 292 years", slo, `"28d"`, `"293Y"`, `spec.timeWindow[0].duration: "293Y" is no duration: want a whole number and m, h, d, w, M, Q or Y, as 28d`},
		{"no objectives", slo, promised, "", "spec.objectives: want at least one"},
		{"a percentage as a share", slo, "0.99", "99", "spec.objectives[0].target: 99 is above 1: did you mean targetPercent?"},
		{"a target in quotes", slo, "0.99", `"0.99"`, `spec.objectives[0].target: want a number, not "0.99"`},
		{"a target with an exponent", slo, "0.99", "9.9e-1", `spec.objectives[0].target: "9.9e-1" is not a decimal number or percentage`},
		{"no target", slo, promised, "{}", "spec.objectives[0]: want one of target and targetPercent"},
		{"101 percent", slo, `"target": 0.99`, `"targetPercent": 101`, "spec.objectives[0].targetPercent: 101% is not between 0% and 100%"},
		{"no indicator", slo, ratio + ",", "", "spec: has no indicator: want indicator or indicatorRef, here or in each objective"},
		{"an indicator and a reference", slo, ratio, ratio + `, "indicatorRef": "b"`, "spec: has an indicator and an indicatorRef: want one of the two"},
		{"an indicator here and there", slo, `"target": 0.99`, `"target": 0.99, ` + ratio, "spec.objectives[0]: has an indicator beside that of the SLO: want one of the two"},
		{"a ratio without a total", slo, `, "total": {"metricSource": {"type": "Any"}}`, "", "spec.indicator.spec.ratioMetric.total: is missing"},
		{"a ratio without good and bad", slo, `"good": {"metricSource": {"type": "Any"}}, `, "", "spec.indicator.spec.ratioMetric: has neither good nor bad"},
		{"raw beside good", slo, `"good":`, `"rawType": "failure", "raw": {"metricSource": {"type": "Any"}}, "good":`, "spec.indicator.spec.ratioMetric: has raw beside good, bad or total: raw is a ratio already"},
		{"no metric", slo, ratio, `"indicator": {"spec": {}}`, "spec.indicator.spec: want one of ratioMetric and thresholdMetric"},
		{"a threshold without op and value", slo, ratio, `"indicator": {"spec": {"thresholdMetric": {"metricSource": {"type": "Any"}}}}`,
			"spec.objectives[0].op: is missing\nspec.objectives[0].value: is missing"},
		{"ours without an asset", slo, ratio, `"indicator": {"spec": {"ratioMetric": {"total": {"metricSource": {"type": "alwaysp1", "spec": {}}}, "good": {"metricSource": {}}}}}`,
			"spec.indicator.spec.ratioMetric.total.metricSource.spec.asset: is missing"},
		{"ours with a policy that there is not", slo, ratio, `"indicator": {"spec": {"ratioMetric": {"total": {"metricSource": {"type": "alwaysp1", "spec": {"asset": "x", "freshness": {"max_age": {"fail": 7}}}}}}}}`,
			`spec.indicator.spec.ratioMetric.total.metricSource.spec.freshness.max_age.fail: want text in quotes, not 7`},
		{"no length of slices", slo, `"Occurrences"`, `"Timeslices"`,
			"spec.objectives[0].timeSliceWindow: is missing\nspec.objectives[0].timeSliceTarget: is missing"},
		{"a policy that is not there", slo, `"service"`, `"alertPolicies": [{"alertPolicyRef": "b"}], "service"`, `spec.alertPolicies[0].alertPolicyRef: there is no AlertPolicy that is named "b"`},
		{"a name that moves the cursor", slo, `{"name": "a"}`, `{"name": "a", "displayName": "x\u001by"}`, `metadata.displayName: "x\x1by" holds the control character U+001B`},
		{"Sloth without a service", sloth, `"service": "shop", `, "", "service: is missing"},
		{"Sloth without an objective", sloth, `, "objective": 99.9`, "", "slos[0].objective: is missing"},
		{"Sloth with no SLO", sloth, sloth[strings.Index(sloth, "[{\n")+1 : strings.LastIndex(sloth, "]")], "", "slos: want at least one"},
		{"Sloth with an objective above 100", sloth, "99.9", "100.1", "slos[0].objective: 100.1% is not between 0% and 100%"},
		{"Sloth with an objective of 0", sloth, "99.9", "0", "slos[0].objective: 0% is not between 0% and 100%"},
		{"Sloth with two kinds of SLI", sloth, `"events":`, `"plugin": {}, "events":`, "slos[0].sli: want one of events, raw and plugin"},
		{"Sloth without an SLI", sloth, `"sli":`, `"Sli":`, "slos[0].sli: is missing"},
		{"Kubernetes in the words of the plain form", kubernetes, `"errorQuery"`, `"error_query"`, "spec.slos[0].sli.events.errorQuery: error_query is written errorQuery in this form"},
		{"Kubernetes without a spec", kubernetes, `"spec"`, `"Spec"`, "spec: is missing"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			file, err := openslo.Read(change(t, tt.text, tt.old, tt.with))
			assert.Equal(t, tt.want, strings.Join(lines(faults(t, err)), "\n"))
			assert.Empty(t, file.SLAs)
			assert.Empty(t, file.Queries)
		})
	}
}

func TestNotes(t *testing.T) {
	for _, tt := range []struct{ what, text, old, with, want string }{
		{"nothing", slo, "web", "web", ""},
		{"nothing of Sloth", sloth, "shop", "shop", ""},
		{"nothing of Kubernetes", kubernetes, "shop", "shop", ""},
		{"a field that OpenSLO has not", slo, `"service"`, `"Service": 1, "service"`, "spec.Service: is not understood"},
		{"labels and annotations", slo, `{"name": "a"}`, `{"name": "a", "labels": {"x": "y"}, "annotations": {"z": "w"}}`, "metadata.labels: are not read\nmetadata.annotations.z: is not read"},
		{"a window of months", slo, "28d", "3M", `spec.timeWindow[0].duration: "3M" is 90d here, whatever the calendar has`},
		{"a threshold of a ratio", slo, `"target"`, `"op": "lt", "value": 1, "target"`, "spec.objectives[0].op: is not used: a ratio has no threshold\nspec.objectives[0].value: is not used: a ratio has no threshold"},
		{"slices of occurrences", slo, `"target"`, `"timeSliceWindow": 1, "target"`, "spec.objectives[0].timeSliceWindow: is not used: the budgeting method is Occurrences"},
		{"a weight", slo, `"target"`, `"compositeWeight": 1, "target"`, "spec.objectives[0].compositeWeight: is not kept: weights here are those of a mean, and all objectives must hold"},
		{"a data source that is not there", slo, `{"type": "Any"}`, `{"metricSourceRef": "b"}`, `spec.indicator.spec.ratioMetric.good.metricSource.metricSourceRef: there is no DataSource that is named "b"`},
		{"two types of source", slo, `{"type": "Any"}`, `{"type": "Other"}`, `spec.indicator.spec.ratioMetric.total.metricSource.type: "Any" is another source than "Other"`},
		{"a query of one window", sloth, "all[{{ .window }}]", "all[5m]", "slos[0].sli.events.total_query: holds no {{.window}}: it is the same over every window"},
		{"a plugin for the query", sloth, `{"events": {"error_query": "errors[{{.window}}]", "total_query": "all[{{ .window }}]"}}`, `{"plugin": {"id": "x"}}`, "slos[0].sli.plugin: is not run: it is a program of Sloth, which writes the query"},
		{"plugins of an SLO", sloth, `"sli":`, `"plugins": {}, "sli":`, "slos[0].plugins: are not run: they are programs of Sloth"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			file, err := openslo.Read(change(t, tt.text, tt.old, tt.with))
			require.NoError(t, err)
			assert.Equal(t, tt.want, strings.Join(lines(file.Notes), "\n"))
			assert.Len(t, file.SLAs, 1)
		})
	}
}

func TestObjectivesWithoutANameOfTheirOwn(t *testing.T) {
	file, err := openslo.Read(change(t, slo, promised, `{"displayName": "x", "target": 0.9},
		{"displayName": "x", "target": 0.9}, {"displayName": "a/b", "target": 0.9}, {"displayName": "y", "target": 0.9}`))
	require.NoError(t, err)
	var names []string
	for _, o := range file.SLAs[0].Objectives {
		names = append(names, o.Name)
		assert.Contains(t, file.Queries, "a/"+o.Name)
	}
	assert.Equal(t, []string{"objective-1", "objective-2", "objective-3", "y"}, names)
}

func TestCalendars(t *testing.T) {
	for _, tt := range []struct{ duration, start, zone, want string }{
		{"1d", "2022-01-05 00:00:00", "Europe/Dublin", "day Europe/Dublin"},
		{"1Q", "2022-02-03 00:00:00", "UTC", "quarter from February 3 UTC"},
		{"1m", "2022-01-01 00:00:00", "UTC", "spec.timeWindow[0].duration: 1m is one minute; a month is 1M"},
		{"366d", "2022-01-01 00:00:00", "UTC", `spec.timeWindow[0].duration: "366d" is none: calendar windows are of one day, week, month, quarter or year`},
		{"1d", "2022-01-01", "UTC", `spec.timeWindow[0].calendar.startTime: "2022-01-01" is not a start such as "2006-01-02 00:00:00"`},
		{"1d", "2022-01-01 00:00:01", "UTC", `spec.timeWindow[0].calendar.startTime: "2022-01-01 00:00:01" is none: a window of the calendar begins at midnight`},
		{"1d", "2022-01-01 00:00:00", "Dublin", `spec.timeWindow[0].calendar.timeZone: "Dublin" is not the name of an IANA time zone`},
		{"1d", "2022-01-01 00:00:00", "Local", `spec.timeWindow[0].calendar.timeZone: "Local" is not the name of an IANA time zone`},
		{"1d", "", "", "spec.timeWindow[0].calendar.startTime: is missing\nspec.timeWindow[0].calendar.timeZone: is missing"},
	} {
		text := fmt.Sprintf(`{"duration": %q, "calendar": {"startTime": %q, "timeZone": %q}}`, tt.duration, tt.start, tt.zone)
		file, err := openslo.Read(change(t, slo, rolling, text))
		got := strings.Join(lines(faults(t, err)), "\n")
		if err == nil {
			got = file.SLAs[0].Objectives[0].Window.String()
		}
		assert.Equal(t, tt.want, got)
	}
}

func TestBurnRules(t *testing.T) {
	refer := change(t, slo, `"service"`, `"alertPolicies": [{"alertPolicyRef": "fast"}], "service"`)
	for _, tt := range []struct{ what, change, want string }{
		{"no short window is a nanosecond less", "", "burn false 2 1h0m0s 59m59.999999999s"},
		{"a short window of no minutes is none", `"1h" => "1h", "alertAfter": "0m"`, "burn false 2 1h0m0s 59m59.999999999s"},
		{"a page", `"ticket" => "page"`, "burn true 2 1h0m0s 59m59.999999999s"},
		{"a slow burn", `"gt" => "lt"`, "document 3: an alert for a budget that burns slowly cannot be kept: want gt"},
		{"another kind", `"burnrate" => "breach"`, `document 3: "breach" is not read: want burnrate`},
		{"no rate", `"threshold": 2, => `, "document 3: is missing"},
		{"a rate of zero", `: 2, => : 0,`, "document 3: 0 is zero"},
		{"a rate that cannot be", `: 2, => : 100,`, "document 1: 100 can never be exceeded"},
		{"a long window that is the shorter", `"1h" => "1h", "alertAfter": "2h"`, "document 1: 1h0m0s must be longer than the short window"},
		{"another name", `"burn" => "slow"`, `document 2: there is no AlertCondition that is named "burn"`},
	} {
		t.Run(tt.what, func(t *testing.T) {
			text := condition(tt.change)
			if tt.change != "" {
				require.NotEqual(t, condition(""), text)
			}
			file, err := openslo.Read(refer, json.RawMessage(policy), json.RawMessage(text))
			got := ""
			if err != nil {
				got = faults(t, err)[0].Err.Error()
			} else {
				rule := file.SLAs[0].Objectives[0].Burn[0]
				got = fmt.Sprint(rule.Name, " ", rule.Page, " ", rule.BurnRate, " ", rule.Long, " ", rule.Short)
			}
			assert.True(t, strings.HasPrefix(got, tt.want), got)
		})
	}

	file, err := openslo.Read(change(t, slo, `"service"`, `"alertPolicies": [{"kind": "AlertPolicy", "metadata": {"name": "p"},
		"spec": {"alertWhenBreaching": false, "conditions": [{"kind": "AlertCondition", "metadata": {"name": "c"}, "spec": {"severity": "page",
		"condition": {"kind": "burnrate", "op": "gt", "threshold": 2, "lookbackWindow": "1h"}}}]}}], "service"`))
	require.NoError(t, err)
	assert.Equal(t, "c", file.SLAs[0].Objectives[0].Burn[0].Name)
	assert.Equal(t, []string{"spec.alertPolicies[0].spec.alertWhenBreaching: is not kept: alerts begin and end"}, lines(file.Notes))

	file, err = openslo.Read(json.RawMessage(strings.Replace(string(refer), "0.99", "1", 1)),
		json.RawMessage(policy), json.RawMessage(condition("")))
	require.NoError(t, err)
	assert.Nil(t, file.SLAs[0].Objectives[0].Burn)
	assert.Len(t, file.Notes, 2, "the target, and the rules that do not apply")
	_, err = openslo.Read(refer, change(t, policy, `{"conditionRef": "burn"}`, ""))
	assert.ErrorContains(t, err, "document 2: holds 0 conditions: want one")
}

func TestDocumentsReferToEachOther(t *testing.T) {
	source := json.RawMessage(`{"apiVersion": "openslo/v1", "kind": "DataSource", "metadata": {"name": "prom"}, "spec": {"type": "prometheus"}}`)
	sli := json.RawMessage(`{"apiVersion": "openslo/v1", "kind": "SLI", "metadata": {"name": "errors"}, "spec": {"ratioMetric": {
		"rawType": "success", "raw": {"metricSource": {"metricSourceRef": "prom", "spec": {"query": "q", "x": [1]}}}}}}`)
	file, err := openslo.Read(change(t, slo, ratio, `"indicatorRef": "errors"`), json.RawMessage("null"), sli, source)
	require.NoError(t, err)
	q := file.Queries["a/objective-1"]
	assert.Equal(t, "prometheus", q.Type)
	assert.Equal(t, "q", q.GoodRatio)
	assert.JSONEq(t, `{"query": "q", "x": [1]}`, string(q.Source["ratio"]))
	assert.Equal(t, []string{"kind: document 4: DataSource is not read: it promises nothing"}, lines(file.Notes))

	own := strings.ReplaceAll(`{"target": 0.9, REF}, {"target": 0.8, REF}`, "REF", `"indicatorRef": "errors"`)
	composite := json.RawMessage(strings.Replace(strings.Replace(slo, ratio+",", "", 1), promised, own, 1))
	file, err = openslo.Read(composite, sli, source)
	require.NoError(t, err)
	assert.Len(t, file.SLAs[0].Objectives, 2)
	assert.Len(t, file.Queries, 2)

	_, err = openslo.Read(sli, sli)
	assert.EqualError(t, err, `metadata.name: document 2: "errors" is the name of another SLI (line 1, offset 65)`)
	_, err = openslo.Read(json.RawMessage(sloth), json.RawMessage(sloth))
	assert.ErrorContains(t, err, `slos[0].name: document 2: makes "shop-orders", which is the ID of another SLA`)
}

func TestKubernetesFormOfSloth(t *testing.T) {
	file, err := openslo.Read(json.RawMessage(kubernetes))
	require.NoError(t, err)
	o := file.SLAs[0].Objectives[0]
	assert.Equal(t, "shop-orders", file.SLAs[0].ID)
	assert.Equal(t, "errors[{{.window}}]", file.Queries["shop-orders/orders"].Bad)
	require.Len(t, o.Burn, 2)
	assert.False(t, o.Burn[0].Page || o.Burn[1].Page)
	assert.Equal(t, 30*sla.Day, o.Window.Nominal())
}

func TestLabelsOfAnSLOWin(t *testing.T) {
	text := change(t, sloth, `"slos": [{`, `"labels": {"owner": "a", "tier": 1}, "slos": [{"labels": {"owner": "b"},`)
	var seen openslo.SLO
	file, err := openslo.Options{Tier: func(s openslo.SLO) sla.Tier { seen = s; return sla.Tertiary }}.Read(text)
	require.NoError(t, err)
	assert.Equal(t, []string{"b"}, file.SLAs[0].Owners)
	assert.Equal(t, sla.Tertiary, file.SLAs[0].Tier)
	want := openslo.SLO{Service: "shop", Name: "orders", Labels: map[string]string{"owner": "b", "tier": "1"}}
	assert.Equal(t, want, seen)
}

func TestTheLongestWindow(t *testing.T) {
	file, err := openslo.Read(change(t, slo, "28d", "153722867m"))
	require.NoError(t, err)
	assert.Equal(t, "rolling 2562047h47m", file.SLAs[0].Objectives[0].Window.String())
	_, err = openslo.Read(change(t, slo, "28d", "153722868m"))
	assert.ErrorContains(t, err, `"153722868m" is no duration`)
}

func TestSlices(t *testing.T) {
	for _, tt := range []struct{ length, want string }{
		{"5", "5m0s"}, {`"1h"`, "1h0m0s"}, {"0", "0 minutes are no length of a slice"}, {"-1", "-1 minutes are no length"},
		{"1.5", "want a whole number, not 1.5"}, {"153722868", "153722868 minutes are no length of a slice"},
	} {
		text := change(t, slo, `"Occurrences"`, `"Timeslices"`)
		file, err := openslo.Read(change(t, string(text), promised,
			`{"target": 0.9, "timeSliceTarget": 0.95, "timeSliceWindow": `+tt.length+`}`))
		if err != nil {
			assert.Contains(t, err.Error(), tt.want)
			assert.Len(t, faults(t, err), 1)
			continue
		}
		slices := file.SLAs[0].Objectives[0].Timeslices
		assert.Equal(t, tt.want, slices.Length.String())
		assert.Equal(t, "95%", slices.Target.String())
	}
}

func TestWhatIsNoDocument(t *testing.T) {
	for _, text := range []string{"", "[", "[]", "7", `"a"`, "\xff", "{}", `{"apiVersion": 7}`, `{"kind": "SLO"}`} {
		file, err := openslo.Read(json.RawMessage(text))
		require.Error(t, err, text)
		assert.NotEmpty(t, faults(t, err))
		assert.Nil(t, file.SLAs)
	}
	file, err := openslo.Read()
	assert.NoError(t, err)
	assert.Empty(t, file.SLAs)
}

package sla_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

const ordersJSON = `{
	"id": "orders-by-7",
	"name": "Orders ready by 07:00",
	"description": "Finance closes the books on it.\nAsk <finance> & \"co\".",
	"tier": "secondary",
	"owners": ["data-infra", "analytics"],
	"consumers": ["finance"],
	"assets": ["mart.refunds"],
	"objectives": [{
		"name": "ready",
		"asset": "mart.orders",
		"target": 0.99,
		"window": "rolling 90d",
		"freshness": {"deadline": {"due": "CRON_TZ=Europe/Dublin 0 7 * * *", "warn": "1h0m0s"}}
	}]
}
`

func orders(t testing.TB) sla.SLA {
	return sla.SLA{
		ID: "orders-by-7", Name: "Orders ready by 07:00",
		Description: "Finance closes the books on it.\nAsk <finance> & \"co\".", Tier: sla.Secondary,
		Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"},
		Assets: []string{"mart.refunds"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("99%"),
			Window: sla.Rolling(90 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, zone(t, "Europe/Dublin")),
				Warn: time.Hour},
		}},
	}
}

func encode(t testing.TB, s sla.SLA) string {
	data, err := json.Marshal(s)
	require.NoError(t, err)
	return string(data)
}

// decodeSLA reads one SLA, as package json does for each that stands in other JSON.
func decodeSLA(data []byte) (s sla.SLA, err error) {
	err = s.UnmarshalJSON(data)
	return s, err
}

func TestDecodeSLA(t *testing.T) {
	got, err := decodeSLA([]byte(ordersJSON))
	require.NoError(t, err)
	want := orders(t)
	assert.Equal(t, encode(t, want), encode(t, got))
	assert.Equal(t, want.Description, got.Description)
	assert.Equal(t, want.Objectives[0].Target, got.Objectives[0].Target)
	now := time.Date(2026, 3, 29, 6, 30, 0, 0, time.UTC)
	assert.Equal(t, want.Objectives[0].Freshness.Check(nil, now), got.Objectives[0].Freshness.Check(nil, now))
}

func TestDecodeSLANormalises(t *testing.T) {
	least := `{"id":"a"}`
	for _, text := range []string{least, ` { "id" : "\u0061" } `,
		`{"id":"a","tier":"PRIMARY","owners":[],"consumers":[],"assets":[],"objectives":[],"name":"","description":""}`} {
		got, err := decodeSLA([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, sla.SLA{ID: "a"}, got)
		assert.Equal(t, least, encode(t, got))
	}
}

func TestDecodeSLAReadsWholeSurrogatePairs(t *testing.T) {
	got, err := decodeSLA([]byte(`{"id":"\ud83d\ude42\ufffd\\"}`))
	require.NoError(t, err)
	assert.Equal(t, "🙂\ufffd\\", got.ID)
}

func TestSLATravelsInsideOtherJSON(t *testing.T) {
	type file struct{ SLAs []sla.SLA }
	data, err := json.Marshal(file{[]sla.SLA{orders(t), {ID: "b"}}})
	require.NoError(t, err)
	var back file
	require.NoError(t, json.Unmarshal(data, &back))
	require.Len(t, back.SLAs, 2)
	assert.Equal(t, encode(t, orders(t)), encode(t, back.SLAs[0]))

	kept := []sla.SLA{{ID: "kept"}}
	assert.ErrorContains(t, json.Unmarshal([]byte(`[{"id":1}]`), &kept),
		"id: want text in quotes, not 1 (line 1, offset 6)")
	assert.Equal(t, "kept", kept[0].ID)
}

func TestDecodeSLARefuses(t *testing.T) {
	const long = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	for text, want := range map[string]string{
		``:                                "ends too early: it is empty (line 1, offset 0)",
		"{\n\"id\": \"a\",\n}":            "not JSON: want a key in quotes, not '}' (line 3, offset 13)",
		`{"id":"a"} {}`:                   "not JSON: want the end of the text, not '{' (line 1, offset 11)",
		"{\"id\":\n\"a\xff\"}":            "the text is not valid UTF-8 (line 2, offset 9)",
		`null`:                            "want an object, not null (line 1, offset 0)",
		` []`:                             "want an object, not [] (line 1, offset 1)",
		`{}`:                              "id: is missing (line 1, offset 0)",
		`{"id":null}`:                     "id: want text in quotes, not null (line 1, offset 6)",
		`{"id":{"a":1}}`:                  `id: want text in quotes, not {"a":1} (line 1, offset 6)`,
		`{"id":"a","id":"b"}`:             "id: comes twice (line 1, offset 10)",
		"{\"id\":\"a\",\n\"Name\":\"b\"}": "Name: unknown field: want id, name, description, tier, owners, consumers, assets, target, objectives (line 2, offset 11)",
		`{"id":"a","x\ny.z":1}`:           `["x\ny.z"]: unknown field: want id, name, description, tier, owners, consumers, assets, target, objectives (line 1, offset 10)`,
		`{"id":"a","":1}`:                 `[""]: unknown field: want id, name, description, tier, owners, consumers, assets, target, objectives (line 1, offset 10)`,
		`{"id":"\ud800"}`:                 `id: "\ud800" holds half a surrogate pair (line 1, offset 6)`,
		`{"id":"\udc00\ud800"}`:           `id: "\udc00\ud800" holds half a surrogate pair (line 1, offset 6)`,
		`{"id":"a\u0000"}`:                `id: "a\x00" holds the control character U+0000 (line 1, offset 6)`,
		`{"id":"a","tier":1}`:             "tier: want text in quotes, not 1 (line 1, offset 17)",
		`{"id":"a","tier":"gold"}`:        `tier: "gold" is none of primary, secondary, tertiary (line 1, offset 17)`,
		`{"id":"a","owners":"b"}`:         `owners: want a list, not "b" (line 1, offset 19)`,
		`{"id":"a","owners":["b", 1]}`:    "owners[1]: want text in quotes, not 1 (line 1, offset 25)",
		`{"id":"a","owners":["b", "b"]}`:  `owners[1]: "b" is already in owners[0] (line 1, offset 25)`,
		`{"id":"a","objectives":[1]}`:     "objectives[0]: want an object, not 1 (line 1, offset 24)",
		`{"id":"a","objectives":{"` + long + `":1}}`: `objectives: want a list, not {"` + long[:38] +
			"… (line 1, offset 23)",
	} {
		got, err := decodeSLA([]byte(text))
		assert.EqualError(t, err, want, text)
		assert.Equal(t, sla.SLA{}, got, text)
	}
}

func TestDecodeSLAs(t *testing.T) {
	for text, ids := range map[string][]string{
		`[]`: {}, ordersJSON: {"orders-by-7"}, `[{"id":"a"}]`: {"a"}, " [\n" + ordersJSON +
			`, {"id":"a"}, {"id":"b"}]`: {"orders-by-7", "a", "b"},
	} {
		list, err := sla.DecodeSLAs([]byte(text))
		require.NoError(t, err, text)
		got := []string{}
		for _, s := range list {
			got = append(got, s.ID)
		}
		assert.Equal(t, ids, got, text)
	}
	for text, want := range map[string]string{
		``:                                      "ends too early: it is empty (line 1, offset 0)",
		`null`:                                  "slas: want a list, not null (line 1, offset 0)",
		` "a"`:                                  `slas: want a list, not "a" (line 1, offset 1)`,
		`{"id":"a","tier":"gold"}`:              `tier: "gold" is none of primary, secondary, tertiary (line 1, offset 17)`,
		`[{"id":"a"} {}]`:                       "not JSON: want ',' or ']', not '{' (line 1, offset 12)",
		"[{\"id\":\"a\"},\nnull,\n{}]":          "slas[1]: want an object, not null (line 2, offset 13)\nslas[2].id: is missing (line 3, offset 19)",
		"[{\"id\":\"a\"},\n\n{\"id\":\"a\"}]":   `slas[1].id: "a" is already the ID of slas[0] (line 3, offset 20)`,
		`[[{"id":"a"}]]`:                        `slas[0]: want an object, not [{"id":"a"}] (line 1, offset 1)`,
		"[{\"id\":1},\n{\"id\":\"b\",\"x\":1}]": "slas[0].id: want text in quotes, not 1 (line 1, offset 7)\nslas[1].x: SLA \"b\": unknown field: want id, name, description, tier, owners, consumers, assets, target, objectives (line 2, offset 21)",
	} {
		got, err := sla.DecodeSLAs([]byte(text))
		assert.EqualError(t, err, want, text)
		assert.Nil(t, got, text)
	}
	_, err := sla.DecodeSLAs([]byte("[" + strings.Repeat("{},\n", 150) + "{}]"))
	assert.ErrorContains(t, err, "slas[99].id: is missing (line 100, offset 397)\nand 51 more faults")
}

func TestDecodeSLAReportsEveryFaultInTheOrderOfTheText(t *testing.T) {
	text := `{
	"tier": "gold",
	"objectives": [{
		"name": "ready",
		"asset": "",
		"target": 1.2,
		"window": "fortnight",
		"freshness": {"max_age": {"fail": "-1h", "fial": "1h"}},
		"colour": "red"
	}, {
		"name": "ready",
		"target": "100%",
		"freshness": {}
	}]
}`
	_, err := decodeSLA([]byte(text))
	var texts []string
	for _, line := range strings.Split(err.Error(), "\n") {
		texts = append(texts, strings.Split(line, " (")[0])
	}
	assert.Equal(t, []string{
		`id: is missing`,
		`tier: "gold" is none of primary, secondary, tertiary`,
		`objectives[0].asset: is missing`,
		`objectives[0].target: 1.2 is not between 0 and 1`,
		`objectives[0].window: "fortnight" is no window: want rolling, day, week, month, quarter or year first`,
	}, texts[:5])
	assert.Contains(t, err.Error(), "objectives[0].freshness.max_age.fail: ")
	assert.Contains(t, err.Error(), "objectives[0].freshness.max_age.fial: ")
	assert.Contains(t, err.Error(),
		"objectives[0].colour: unknown field: want name, asset, target, window, freshness, zero_tolerance, timeslices, no_data, burn, weight (line 9, offset ")
	assert.Contains(t, err.Error(), "objectives[1].asset: is missing (line 10, offset ")
	assert.Contains(t, err.Error(),
		`objectives[1].name: "ready" is already the name of objectives[0] (line 11, offset `)
	assert.Contains(t, err.Error(), "objectives[1].target: 100% is not between 0% and 100%: "+
		`write "zero_tolerance": true in its place (line 12, offset `)
	assert.Contains(t, err.Error(), "objectives[1].freshness: ")
	for _, one := range err.(interface{ Unwrap() []error }).Unwrap() {
		var fault *sla.FieldError
		require.True(t, errors.As(one, &fault))
		assert.Equal(t, 1+strings.Count(text[:fault.Offset], "\n"), fault.Line, fault)
	}
}

func TestDecodeSLARefusesWhatIsHuge(t *testing.T) {
	huge := strings.Repeat("x", 1<<20)
	_, err := decodeSLA([]byte(`{"id":"` + huge + `"}`))
	assert.EqualError(t, err, `id: "`+huge[:64]+`"… is longer than 1024 bytes (line 1, offset 6)`)
	_, err = decodeSLA([]byte(`{"id":"a","` + huge + `":1}`))
	assert.ErrorContains(t, err, `["`+huge[:64]+`"…]: unknown field`)
	assert.Less(t, len(err.Error()), 1000)
	for _, deep := range []string{strings.Repeat("[", 1<<20), `{"id":"a","x":` + strings.Repeat("[", 9_000) +
		strings.Repeat("]", 9_000) + `}`} {
		_, err = decodeSLA([]byte(deep))
		assert.Error(t, err)
		assert.Less(t, len(err.Error()), 1000)
	}
}

func TestEncodeRefusesWhatDecodeWould(t *testing.T) {
	_, err := json.Marshal(sla.SLA{})
	assert.ErrorContains(t, err, "id: is missing")
	s := promise("a", sla.Primary, "x")
	s.Objectives[0].Freshness = foreign{}
	_, err = json.Marshal(s)
	assert.ErrorContains(t, err, "objectives[0].freshness: ")
	_, err = json.Marshal(sla.SLA{ID: "\xff"})
	assert.ErrorContains(t, err, "is not valid UTF-8")
}

type foreign struct{ freshness.Policy }

func (foreign) Validate() error { return nil }

// TestSLARoundTrip holds decode∘encode = identity over random SLAs.
func TestSLARoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	name := func() string {
		letters := []rune("ab.-_é日\"\\<&\u00a0🙂/� ")
		text := []rune{'x'}
		for range r.IntN(12) {
			text = append(text, letters[r.IntN(len(letters))])
		}
		return string(text)
	}
	for range 500 {
		s := sla.SLA{ID: name(), Name: name(), Description: name() + "\n\t" + name(),
			Tier: sla.Tier(r.IntN(3)), Owners: []string{name()}}
		for range r.IntN(3) {
			target, err := sla.ParseTarget(json.Number("0." + string('1'+byte(r.IntN(9))) +
				strings.Repeat("9", r.IntN(8))).String())
			require.NoError(t, err)
			s.Objectives = append(s.Objectives, sla.Objective{
				Name:  strings.ReplaceAll(name(), "/", "") + string(rune('a'+len(s.Objectives))),
				Asset: name(), Target: target,
				Window:    randomWindow(r, zone(t, zones[r.IntN(len(zones))])),
				Freshness: freshness.MaxAge{Fail: time.Duration(1 + r.Int64N(1e18))},
			})
		}
		if s.Validate() != nil {
			continue // two objectives of one name
		}
		text := encode(t, s)
		back, err := decodeSLA([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, text, encode(t, back))
		require.Equal(t, s.ID+s.Name+s.Description, back.ID+back.Name+back.Description)
		for i, o := range s.Objectives {
			require.Equal(t, o.Target, back.Objectives[i].Target)
			require.True(t, o.Window.Equal(back.Objectives[i].Window))
			require.Equal(t, o.Freshness, back.Objectives[i].Freshness)
		}
	}
}

func TestWhatCouldNotBeReadIsNotMissing(t *testing.T) {
	_, err := decodeSLA([]byte(`{"id":"a","objectives":[{"name":"x","asset":"m","target":"99%","window":"rolling 90d",
		"freshness":{"deadline":{"due":"0 25 * * *"}}}]}`))
	require.ErrorContains(t, err, "objectives[0].freshness.deadline.due: ")
	assert.NotContains(t, err.Error(), "is missing")
}

// FuzzDecodeSLAs holds that what can be read can be written, and reads back as the same.
func FuzzDecodeSLAs(f *testing.F) {
	for _, seed := range []string{
		ordersJSON, `{"id":"a"}`, `{"id":"\ud83d\ude42\ufffd","tier":"tertiary"}`,
		`{"id":"a","objectives":[{"name":"n","asset":"x","target":"99.95%",` +
			`"window":"month from 31 America/New_York","freshness":{"max_age":{"warn":"1h","fail":"2h"}}}]}`,
		`{"id":"a","objectives":[{}]}`, `{"id":"\ud800"}`, `[`, `{"id":"a","id":"b"}`,
		`{"a":{"b":[1,{"c":"\\\""}]}}`, `"\"`, `{"id":"a","owners":["b","b"]}`, `[{"id":"a"},{"id":"b"}]`,
		"[{\"id\":\"a\"},\n{\"id\":\"a\"}]", `[{},[],null]`,
		`{"id":"a","objectives":[{"name":"n","asset":"x","target":0.5,"window":"year","freshness":{"all_of":[{"cadence":{"every":"1h"}}]}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := sla.DecodeSLAs(data)
		if err != nil {
			require.Nil(t, list)
			located(t, data, err)
			return
		}
		_, err = sla.NewCatalog(list)
		require.NoError(t, err)
		text, err := json.Marshal(list)
		require.NoError(t, err)
		again, err := sla.DecodeSLAs(text)
		require.NoError(t, err, string(text))
		require.Len(t, again, len(list))
		for i, s := range list {
			require.Equal(t, encode(t, s), encode(t, again[i]))
			require.Equal(t, s.ID+s.Name+s.Description, again[i].ID+again[i].Name+again[i].Description)
		}
	})
}

// located holds that every fault stands inside the text, on its line.
func located(t *testing.T, data []byte, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			located(t, data, one)
		}
		return
	}
	var fault *sla.FieldError
	if !errors.As(err, &fault) {
		require.Regexp(t, `^and \d+ more faults$`, err.Error())
		return
	}
	require.LessOrEqual(t, fault.Offset, len(data))
	require.Equal(t, 1+strings.Count(string(data[:fault.Offset]), "\n"), fault.Line)
}

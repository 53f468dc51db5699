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
		ID: "orders-by-7", Name: "Orders ready by 07:00", Description: "Finance closes the books on it.\nAsk <finance> & \"co\".", Tier: sla.Secondary,
		Owners: []string{"data-infra", "analytics"}, Consumers: []string{"finance"}, Assets: []string{"mart.refunds"},
		Objectives: []sla.Objective{{
			Name: "ready", Asset: "mart.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
			Freshness: freshness.Deadline{Due: schedule.Daily(7, 0, zone(t, "Europe/Dublin")), Warn: time.Hour},
		}},
	}
}

func encode(t testing.TB, s sla.SLA) string {
	data, err := json.Marshal(s)
	require.NoError(t, err)
	return string(data)
}

func TestDecodeSLA(t *testing.T) {
	got, err := sla.DecodeSLA([]byte(ordersJSON))
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
	for _, text := range []string{least, ` { "id" : "\u0061" } `, `{"id":"a","tier":"PRIMARY","owners":[],"consumers":[],"assets":[],"objectives":[],"name":"","description":""}`} {
		got, err := sla.DecodeSLA([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, sla.SLA{ID: "a"}, got)
		assert.Equal(t, least, encode(t, got))
	}
}

func TestDecodeSLAReadsWholeSurrogatePairs(t *testing.T) {
	got, err := sla.DecodeSLA([]byte(`{"id":"\ud83d\ude42\ufffd\\"}`))
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
	assert.ErrorContains(t, json.Unmarshal([]byte(`[{"id":1}]`), &kept), "id: want text in quotes, not 1 (line 1, offset 6)")
	assert.Equal(t, "kept", kept[0].ID)
}

func TestDecodeSLARefuses(t *testing.T) {
	const long = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	for text, want := range map[string]string{
		``:                                "unexpected end of JSON input (line 1, offset 0)",
		"{\n\"id\": \"a\",\n}":            "invalid character '}' looking for beginning of object key string (line 3, offset 13)",
		`{"id":"a"} {}`:                   "invalid character '{' after top-level value (line 1, offset 11)",
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
		`{"id":"a","objectives":{"` + long + `":1}}`: `objectives: want a list, not {"` + long[:38] + "… (line 1, offset 23)",
	} {
		got, err := sla.DecodeSLA([]byte(text))
		assert.EqualError(t, err, want, text)
		assert.Equal(t, sla.SLA{}, got, text)
	}
}

func TestDecodeSLASaysEverythingInTheOrderOfTheText(t *testing.T) {
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
	_, err := sla.DecodeSLA([]byte(text))
	var said []string
	for _, line := range strings.Split(err.Error(), "\n") {
		said = append(said, strings.Split(line, " (")[0])
	}
	assert.Equal(t, []string{
		`id: is missing`,
		`tier: "gold" is none of primary, secondary, tertiary`,
		`objectives[0].asset: is missing`,
		`objectives[0].target: 1.2 is not between 0 and 1`,
		`objectives[0].window: "fortnight" is no window: want rolling, day, week, month, quarter or year first`,
	}, said[:5])
	assert.Contains(t, err.Error(), "objectives[0].freshness.max_age.fail: ")
	assert.Contains(t, err.Error(), "objectives[0].freshness.max_age.fial: ")
	assert.Contains(t, err.Error(), "objectives[0].colour: unknown field: want name, asset, target, window, freshness, zero_tolerance, slices, silence, burn, weight (line 9, offset ")
	assert.Contains(t, err.Error(), "objectives[1].asset: is missing (line 10, offset ")
	assert.Contains(t, err.Error(), `objectives[1].name: "ready" is already the name of objectives[0] (line 11, offset `)
	assert.Contains(t, err.Error(), "objectives[1].target: 100% is not between 0% and 100% (line 12, offset ")
	assert.Contains(t, err.Error(), "objectives[1].freshness: ")
	for _, one := range err.(interface{ Unwrap() []error }).Unwrap() {
		var fault *sla.FieldError
		require.True(t, errors.As(one, &fault))
		assert.Equal(t, 1+strings.Count(text[:fault.Offset], "\n"), fault.Line, fault)
	}
}

func TestDecodeSLARefusesWhatIsHuge(t *testing.T) {
	huge := strings.Repeat("x", 1<<20)
	_, err := sla.DecodeSLA([]byte(`{"id":"` + huge + `"}`))
	assert.EqualError(t, err, `id: "`+huge[:64]+`"… is longer than 1024 bytes (line 1, offset 6)`)
	_, err = sla.DecodeSLA([]byte(`{"id":"a","` + huge + `":1}`))
	assert.ErrorContains(t, err, `["`+huge[:64]+`"…]: unknown field`)
	assert.Less(t, len(err.Error()), 1000)
	for _, deep := range []string{strings.Repeat("[", 1<<20), `{"id":"a","x":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}`} {
		_, err = sla.DecodeSLA([]byte(deep))
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
		s := sla.SLA{ID: name(), Name: name(), Description: name() + "\n\t" + name(), Tier: sla.Tier(r.IntN(3)), Owners: []string{name()}}
		for range r.IntN(3) {
			target, err := sla.ParseTarget(json.Number("0." + string('1'+byte(r.IntN(9))) + strings.Repeat("9", r.IntN(8))).String())
			require.NoError(t, err)
			s.Objectives = append(s.Objectives, sla.Objective{
				Name: strings.ReplaceAll(name(), "/", "") + string(rune('a'+len(s.Objectives))), Asset: name(), Target: target,
				Window:    randomWindow(r, zone(t, zones[r.IntN(len(zones))])),
				Freshness: freshness.MaxAge{Fail: time.Duration(1 + r.Int64N(1e18))},
			})
		}
		if s.Validate() != nil {
			continue // two objectives of one name
		}
		text := encode(t, s)
		back, err := sla.DecodeSLA([]byte(text))
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
	_, err := sla.DecodeSLA([]byte(`{"id":"a","objectives":[{"name":"x","asset":"m","target":"99%","window":"rolling 90d",
		"freshness":{"deadline":{"due":"0 25 * * *"}}}]}`))
	require.ErrorContains(t, err, "objectives[0].freshness.deadline.due: ")
	assert.NotContains(t, err.Error(), "is missing")
}

// FuzzDecodeSLA holds that what can be read can be written, and reads back as the same.
func FuzzDecodeSLA(f *testing.F) {
	for _, seed := range []string{
		ordersJSON, `{"id":"a"}`, `{"id":"\ud83d\ude42\ufffd","tier":"tertiary"}`, `{"id":"a","objectives":[{"name":"n","asset":"x","target":"99.95%",` +
			`"window":"month from 31 America/New_York","freshness":{"max_age":{"warn":"1h","fail":"2h"}}}]}`,
		`{"id":"a","objectives":[{}]}`, `{"id":"\ud800"}`, `[`, `{"id":"a","id":"b"}`, `{"a":{"b":[1,{"c":"\\\""}]}}`, `"\"`, `{"id":"a","owners":["b","b"]}`,
		`{"id":"a","objectives":[{"name":"n","asset":"x","target":0.5,"window":"year","freshness":{"all_of":[{"cadence":{"every":"1h"}}]}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := sla.DecodeSLA(data)
		if err != nil {
			require.Equal(t, sla.SLA{}, s)
			located(t, data, err)
			return
		}
		require.NoError(t, s.Validate())
		text := encode(t, s)
		again, err := sla.DecodeSLA([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, text, encode(t, again))
		require.Equal(t, s.ID+s.Name+s.Description, again.ID+again.Name+again.Description)
	})
}

// located holds that every fault stands inside the text, on the line it says.
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

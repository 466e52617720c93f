import Scenarios
import Testing

/// What a manifest may not say: each refusal names the place and what was expected.
@Suite struct ManifestErrorTests {
    @Test(arguments: [
        (
            "livepatches:\n  - name: p\n    objects:\n      - name: vmlinux\n        callback: [pre_patch]\n",
            "demo.yaml:5:9: unknown key 'callback' in an object, perhaps meant as 'callbacks'; known are name, callbacks, pre_patch_ret, functions, missing, shadow_types"
        ),
        (
            "debug: true",
            "demo.yaml:1:1: unknown key 'debug' in a manifest; known are debug_lines, livepatches, modules, callback_lines"
        ),
        ("debug_lines: yes", "demo.yaml:1:14: expected true or false for 'debug_lines'"),
        ("debug_lines: \"true\"", "demo.yaml:1:14: expected true or false for 'debug_lines'"),
        ("livepatches: {}", "demo.yaml:1:14: expected a list for 'livepatches'"),
        (
            "livepatches: [p]",
            "demo.yaml:1:15: expected a livepatch: a mapping with name, replace, replace_set, objects, states"
        ),
        ("livepatches: [{replace: true}]", "demo.yaml:1:15: a livepatch needs a name"),
        ("livepatches: [{name: p}, {name: p}]", "demo.yaml:1:26: a livepatch named 'p' is described twice"),
        (
            "livepatches: [{name: p, objects: [{name: m}, {name: m}]}]",
            "demo.yaml:1:46: an object named 'm' is described twice"
        ),
        ("livepatches: [{name: p, name: q}]", "demo.yaml:1:16: 'name' given twice"),
        ("livepatches: [{name: p, replace: maybe}]", "demo.yaml:1:34: expected true, false or parameter for 'replace'"),
        (
            "livepatches: [{name: p, objects: [{name: m, callbacks: [setup]}]}]",
            "demo.yaml:1:57: unknown callback; known are pre_patch, post_patch, pre_unpatch, post_unpatch"
        ),
        (
            "livepatches: [{name: p, objects: [{name: m, callbacks: [pre_patch, pre_patch]}]}]",
            "demo.yaml:1:68: callback pre_patch given twice"
        ),
        ("livepatches: [{name: p, states: [{version: 2}]}]", "demo.yaml:1:34: a state needs an id"),
        ("livepatches: [{name: p, states: [{id: 1}, {id: 1}]}]", "demo.yaml:1:48: state 1 described twice"),
        ("modules: [{name: vmlinux}]", "demo.yaml:1:18: 'vmlinux' is no module"),
        ("modules: [{name: m, init: \"a\\nb\"}]", "demo.yaml:1:27: expected a text of one line for 'init'"),
        (
            "callback_lines: {pre_patch: [\"{patch} {what} {object}\"]}",
            "demo.yaml:1:30: unknown hole {what}; known are {patch}, {object}, {moduleState}, {moduleStateRemark}"
        ),
        ("callback_lines: {pre_patch: [\"about {object}\"]}", "demo.yaml:1:30: a callback line needs {patch}"),
        ("callback_lines: {pre_patch: [\"{patch} begins\"]}", "demo.yaml:1:30: a callback line needs {object}"),
        (
            "callback_lines: {pre_patch: [\"now {patch}{object}\"]}",
            "demo.yaml:1:30: two holes side by side: nobody can tell where one ends"
        ),
        (
            "callback_lines: {pre_patch: [\"{patch} {object}\"]}",
            "demo.yaml:1:30: a callback line needs three bytes of its own in a row, to be found by"
        ),
        (
            "callback_lines: {setup: []}",
            "demo.yaml:1:18: unknown key 'setup' in 'callback_lines'; known are pre_patch, post_patch, pre_unpatch, post_unpatch"
        ),
    ])
    func theErrorNamesPlaceAndExpectation(_ yaml: String, _ expected: String) {
        #expect(problem(yaml) == expected)
    }

    @Test(arguments: ["a-b", "a b", "demo.ko", "x/y", "ü", String(repeating: "n", count: 56)])
    func namesThatAreNoModuleNamesAreRefused(_ name: String) throws {
        let text = try #require(problem("modules: [{name: \"\(name)\"}]"))
        #expect(text.hasPrefix("demo.yaml:1:18: '"))
        #expect(text.contains("is no module name"))
    }

    @Test(arguments: ["-1", "0", "1.5", "0x10", "18446744073709551616", "99999999999999999999999999", "~", "''", "[]"])
    func numbersOutOfRangeAreRefused(_ number: String) throws {
        let text = try #require(problem("livepatches: [{name: p, states: [{id: \(number)}]}]"))
        #expect(text == "demo.yaml:1:39: expected a number from 1 to 18446744073709551615 for 'id'")
    }

    @Test(arguments: [
        (
            "livepatches: [{name: p, states: [{id: 9223372036854775808, callbacks: [pre_patch]}]}]",
            "1:39: the id of a state with callbacks"
        ),
        (
            "livepatches: [{name: p, objects: [{name: vmlinux, shadow_types: [0x8000000000000000]}]}]",
            "1:66: the id of a type"
        ),
    ])
    func whatALineCannotNameIsRefused(_ yaml: String, _ expected: String) {
        #expect(problem(yaml)?.hasPrefix("demo.yaml:\(expected) is 9223372036854775807 at most") == true)
    }

    @Test(arguments: ["", "# only a comment\n", "---\n", "~", "just words", "- a\n- b\n", "42"])
    func whatIsNoMappingIsRefused(_ yaml: String) throws {
        let text = try #require(problem(yaml))
        #expect(text.contains("a mapping with debug_lines, livepatches, modules, callback_lines"))
    }

    @Test func severalDocumentsAreRefused() {
        #expect(
            problem("debug_lines: true\n---\ndebug_lines: false\n")
                == "demo.yaml:2:1: a second document; a manifest is one")
    }

    @Test(arguments: [
        "modules: &m [{name: a}]", "livepatches: *m", "- &a x", "? *a : 1", "{a: *b}", "[x, *b]",
        "debug_lines:\n  &x true",
        "x: {? &a [1], ? *a}", "? - *x",
    ])
    func anchorsAndAliasesAreRefused(_ yaml: String) throws {
        #expect(try #require(problem(yaml)).contains("anchors and aliases are not read"))
    }

    /// Nine lists of nine aliases each would be 387,420,489 texts.
    @Test func anExpandingTextIsRefusedBeforeItExpands() throws {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            yaml +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(try #require(problem(yaml)).hasPrefix("demo.yaml:1:5: anchors and aliases are not read"))
    }

    @Test func tagsAreRefused() throws {
        #expect(try #require(problem("debug_lines: !!str true")).contains("tags are not read"))
    }

    @Test func quotedTextOverSeveralLinesIsRefused() {
        #expect(problem("modules: [{name: \"a\n  b\"}]") == "demo.yaml:1:18: a quoted text has to end on its line")
    }

    @Test func aTextLargerThanAMebibyteIsRefused() throws {
        let text = try #require(problem("# " + String(repeating: "x", count: ManifestFile.sizeMaximum)))
        #expect(text == "demo.yaml: a manifest of more than 1048576 bytes")
    }

    @Test(arguments: [
        "[", "{", "a: [", "a: b: c", "\t- x", "%YAML 9.9\n---\n{}", "a: \0", "]", "\u{7f}", "@", "`", "a: |",
        "\u{feff}",
    ])
    func brokenTextIsAnErrorAndNeverATrap(_ yaml: String) {
        #expect(problem(yaml)?.hasPrefix("demo.yaml") == true)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func deepNestingIsAnErrorAndNeverATrap(_ opening: String) {
        #expect(problem(String(repeating: opening, count: 100_000)) != nil)
    }

    private func problem(_ yaml: String) -> String? {
        do {
            _ = try ManifestFile.read(yaml, name: "demo.yaml")
            return nil
        } catch {
            return error.description
        }
    }
}

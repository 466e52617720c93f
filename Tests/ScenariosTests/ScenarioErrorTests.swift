import Scenarios
import Testing

/// What a scenario may not say: each refusal names the place and what was expected.
@Suite struct ScenarioErrorTests {
    /// Steps on a module `driver` and a livepatch `fix` for the function `do_work`; the first step is line 7.
    @Test(arguments: [
        ("  - insmod: fix", "7:5: unknown key 'insmod' in a step; known are load, unload, enable, disable, "),
        ("  - load fix", "7:5: expected a step such as 'load: NAME'; it does one of load, unload, enable, "),
        ("  - load: fix\n    disable: fix", "7:5: a step does one thing; this one has load, disable"),
        ("  - pending: true", "7:5: a step does one of load, unload, enable, "),
        ("  - {}", "7:5: a step does one of load, unload, enable, "),
        ("  - load: [fix]", "7:11: expected a text of one line for 'load'"),
        ("  - load: fix-driver", "7:11: 'fix-driver' is no module name"),
        ("  - load: vmlinux", "7:11: 'vmlinux' is no module"),
        ("  - load: strange", "7:5: 'strange' is not described; add it to modules or livepatches (fix, driver)"),
        ("  - disable: fix", "7:5: 'fix' is not loaded: no earlier step does it"),
        ("  - unload: driver", "7:5: 'driver' is not loaded: no earlier step does it"),
        (
            "  - load: driver\n  - unload: driver\n  - unload: driver",
            "9:5: 'driver' is not loaded: no earlier step does it"
        ),
        ("  - load: driver\n  - disable: driver", "8:5: 'driver' is no livepatch; described are fix"),
        ("  - load: fix\n    pending: maybe", "8:14: expected true or false for 'pending'"),
        ("  - load: fix\n    fails: EWHATEVER", "8:12: expected an errno such as EBUSY or 16 for 'fails'"),
        ("  - load: fix\n    fails: -16", "8:12: expected an errno such as EBUSY or 16 for 'fails'"),
        ("  - load: fix\n    fails: 4096", "8:12: expected an errno such as EBUSY or 16 for 'fails'"),
        (
            "  - load: fix\n    fails: 99999999999999999999999",
            "8:12: expected an errno such as EBUSY or 16 for 'fails'"
        ),
        (
            "  - load: fix\n    pre_patch_ret: 19",
            "8:20: expected 0 or a negative errno such as -ENODEV or -19 for 'pre_patch_ret'"
        ),
        (
            "  - load: fix\n    pre_patch_ret: -99999999999999999999999",
            "8:20: expected 0 or a negative errno such as -ENODEV or -19 for 'pre_patch_ret'"
        ),
        (
            "  - load: fix\n    replace: true",
            "7:5: 'fix' has no parameter 'replace'; say 'replace: parameter' in its description"
        ),
        (
            "  - load: driver\n    replace: true",
            "7:5: 'driver' is no livepatch: it has neither replace nor pre_patch_ret"
        ),
        (
            "  - load: fix\n    init_ret: -ENODEV",
            "7:5: init_ret is for target modules; a livepatch's init returns what enabling it does"
        ),
        (
            "  - load: fix\n  - disable: fix\n    replace: true",
            "9:14: 'replace' has no meaning for 'disable'; it takes pending, prints, fails"
        ),
        ("  - load: fix\n    prints: hello", "8:13: expected a list for 'prints'"),
        ("  - set: fix", "7:5: 'set' needs pre_patch_ret"),
        (
            "  - set: fix\n    object: filesystem\n    pre_patch_ret: -19",
            "7:5: 'fix' has no object 'filesystem'; it has vmlinux, driver"
        ),
        (
            "  - set: fix\n    object: driver\n    pre_patch_ret: -19",
            "7:5: 'fix' defines no pre_patch callback whose return value could be set"
        ),
        (
            "  - block: do_other_work",
            "7:5: no livepatch patches 'do_other_work'; give it in the functions of an object"
        ),
        ("  - ftrace: maybe", "7:13: expected on or off for 'ftrace'"),
        ("  - print: ''", "7:12: expected a text of one line for 'print'"),
    ])
    func theErrorOfAStepNamesPlaceAndExpectation(_ steps: String, _ expected: String) throws {
        let text = try #require(
            problem(
                """
                summary: A scenario with a mistake.
                modules: [{name: driver}]
                livepatches:
                  - name: fix
                    objects: [{name: vmlinux, functions: [do_work], callbacks: [pre_patch]}, {name: driver}]
                steps:
                \(steps)
                """))
        #expect(text.hasPrefix("fix.yaml:" + expected))
    }

    @Test(arguments: [
        (
            "",
            "fix.yaml: empty; a scenario is a mapping with summary, "
        ),
        (
            "- load: fix",
            "fix.yaml:1:1: expected a scenario: a mapping with summary, "
        ),
        ("steps: []", "fix.yaml:1:1: a scenario needs a summary"),
        ("summary: s", "fix.yaml:1:1: a scenario needs steps"),
        ("summary: s\nsteps: []", "fix.yaml:2:8: expected at least one step"),
        ("summary: s\nsteps: {load: fix}", "fix.yaml:2:8: expected a list for 'steps'"),
        (
            "summary: s\nkernels: [6.1]\nsteps: []",
            "fix.yaml:2:1: unknown key 'kernels' in a scenario; known are summary, "
        ),
        (
            "summary: s\ngenerations: [linux-9.9]\nsteps: [{ftrace: on}]",
            "fix.yaml:2:15: unknown generation; known are linux-4.0, linux-4.12, linux-4.15, linux-4.16, linux-5.1, linux-5.5"
        ),
        (
            "summary: s\ngenerations: [linux-5.5, linux-5.5]\nsteps: [{ftrace: on}]",
            "fix.yaml:2:26: linux-5.5 given twice"
        ),
        ("summary: s\ngenerations: []\nsteps: [{ftrace: on}]", "fix.yaml:2:14: expected at least one generation"),
        (
            "summary: s\nmodules: [{name: fix}]\nlivepatches: [{name: fix}]\nsteps:\n  - load: fix",
            "fix.yaml:5:5: 'fix' is described as a livepatch and as a module; it can be one"
        ),
        (
            "summary: s\nlivepatches: [{name: fix, objects: [{name: vmlinux, functions: [f], missing: [g]}]}]\nsteps: []",
            "fix.yaml:2:78: 'g' is none of the object's functions"
        ),
        (
            "summary: s\nlivepatches: [{name: fix, objects: [{name: vmlinux, functions: [do work]}]}]\nsteps: []",
            "fix.yaml:2:65: 'do work' is no function: letters, digits, '_', '.' and '$'"
        ),
        (
            "summary: s\nlivepatches: [{name: fix, states: [{id: 1, version: 99999999999}]}]\nsteps: []",
            "fix.yaml:2:53: expected a number from 0 to 4294967295 for 'version'"
        ),
        (
            "summary: one thing: another\nsteps: []",
            "fix.yaml:1:19: no valid YAML: mapping values are not allowed in this context; a text with ': ' in it needs quotes"
        ),
        (
            "summary: s\nsteps:\n\t- load: fix",
            "fix.yaml:3:1: no valid YAML: found character that cannot start any token; indent with blanks, not tabs, and quote a text that begins with a special character"
        ),
        (
            "summary: &s text\nsteps: []",
            "fix.yaml:1:10: anchors and aliases are not read; write the value out, or quote the text"
        ),
        ("summary: s\nsteps: []\n---\nsummary: t", "fix.yaml:3:1: a second document; a scenario is one"),
        (String(repeating: "[", count: 100_000), "fix.yaml:1:1: nested too deeply"),
    ])
    func theErrorOfAScenarioNamesPlaceAndExpectation(_ yaml: String, _ expected: String) throws {
        let text = try #require(problem(yaml))
        #expect(text.hasPrefix(expected))
    }

    @Test func moreThanAThousandStepsAreRefused() throws {
        let text = try #require(
            problem("summary: s\nsteps:\n" + String(repeating: "  - ftrace: on\n", count: 1001)))
        #expect(text == "fix.yaml:3:3: more than 1000 steps")
    }

    @Test func aTextLargerThanAMebibyteIsRefused() {
        #expect(
            problem("# " + String(repeating: "x", count: ManifestFile.sizeMaximum))
                == "fix.yaml: a scenario of more than 1048576 bytes")
    }

    /// What the kernel refuses is what a scenario shows.
    @Test func aRefusedUnloadLeavesTheModuleLoaded() {
        #expect(
            problem(
                """
                summary: The first rmmod comes too early.
                livepatches: [{name: fix}]
                steps:
                  - load: fix
                  - unload: fix
                    fails: EBUSY
                  - disable: fix
                  - unload: fix
                """) == nil)
    }

    private func problem(_ yaml: String) -> String? {
        do {
            _ = try ScenarioFile.read(yaml, name: "fix.yaml")
            return nil
        } catch {
            return error.description
        }
    }
}

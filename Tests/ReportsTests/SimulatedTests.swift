import FoundationEssentials
import Livepatch
import Reports
import Scenarios
import Simulation
import Testing

/// How simulated logs are shown, alone and side by side.
@Suite("Simulated logs") struct SimulatedTests {
    private let yaml = """
        summary: A livepatch comes and goes, with a \"quoted\" line.
        modules:
          - {name: target, init: target_init}
        livepatches:
          - name: fix
            objects:
              - {name: vmlinux, functions: [cmdline_proc_show], callbacks: [pre_patch, post_unpatch]}
        steps:
          - load: target
          - load: fix
            prints: ['target: said "so" \\ and went on']
          - disable: fix
          - force: fix
          - unload: fix
        """

    private var scenario: Scenario { get throws { try ScenarioFile.read(yaml, name: "scenario.yaml") } }

    private func simulation(_ generation: Generation) throws -> Simulation {
        try Simulation(of: scenario, generation: generation)
    }

    private struct Line: Decodable {
        let schema: String
        let type: String
        let step: Int
        let level: Int
        let from: String
        let text: String
        let rule: String?
    }

    @Test func everyLineOfTheJSONIsAnObject() throws {
        let simulation = try simulation(.linux55)
        let text = SimulatedLog(simulation).jsonLines
        let lines = try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        #expect(text.hasSuffix("}\n"))
        #expect(lines.map(\.text) == simulation.lines.map(\.text))
        #expect(
            lines.allSatisfy { $0.schema == "klp-verify/1" && $0.type == "simulated" && (0...7).contains($0.level) })
        #expect(lines.map(\.step) == lines.map(\.step).sorted() && lines.first?.step == 1 && lines.last?.step == 5)
        #expect(Set(lines.map(\.from)) == ["operator", "kernel", "module"])
        #expect(lines.allSatisfy { ($0.rule != nil) == ($0.from == "kernel") })
        #expect(lines.contains { $0.text == "target: said \"so\" \\ and went on" })
    }

    @Test func debugLinesAndStepsCanBeLeftOut() throws {
        let simulation = try simulation(.linux55)
        let text = SimulatedLog(simulation, showsDebugLines: false, showsSteps: false).text
        #expect(!text.contains("initializing") && !text.contains("% "))
        #expect(text.contains("starting patching transition"))
        #expect(SimulatedLog(simulation, showsSteps: false).text.contains("initializing"))
    }

    private func diff(_ one: Generation, _ other: Generation, width: Int = 120, showsAll: Bool = false) throws -> String
    {
        try GenerationsDiff(
            of: scenario, simulation(one), simulation(other), width: width, showsAll: showsAll
        ).text
    }

    @Test func generationsThatPrintTheSameAreSaidTo() throws {
        let text = try diff(.linux55, .linux55)
        #expect(text.contains("have the same policies"))
        #expect(text.hasSuffix("They print the same.\n"))
    }

    @Test func whatAKernelDoesNotKnowIsSaid() throws {
        #expect(try diff(.linux412, .linux55).contains("linux-4.12 has no callbacks of objects; predicted as if"))
        #expect(try !diff(.linux415, .linux55).contains("predicted as if"))
    }

    @Test func theSideBySideViewIsAsReviewed() throws {
        let text = try diff(.linux412, .linux55)
        #expect(try text == Snapshot.text("generations.txt", updatingTo: text))
    }

    @Test func linesOfOneSideHaveAnArrowAndOtherWordsATilde() throws {
        let lines = try diff(.linux412, .linux55, showsAll: true).split(separator: "\n")
        let mirrored = try diff(.linux55, .linux412, showsAll: true).split(separator: "\n")
        let callback = "fix: pre_patch_callback: vmlinux"
        #expect(lines.contains { $0.hasSuffix(" > \(callback)") })
        #expect(mirrored.contains { $0.hasPrefix(callback) && $0.hasSuffix(" <") })
        #expect(lines.contains { $0.contains("patching... ") && $0.contains(" ~ livepatch: 'fix': starting") })
        #expect(lines.contains { $0.hasPrefix("% rmmod fix ") && $0.hasSuffix(" | % rmmod fix") })
    }

    @Test(arguments: [40, 41, 60, 80, 160]) func noLineIsWiderThanAsked(width: Int) throws {
        let rows = try diff(.linux412, .linux55, width: width, showsAll: true).split(separator: "\n")
            .drop { !$0.hasPrefix("linux-4.12 ") || $0.contains(" and ") }
        #expect(!rows.isEmpty)
        #expect(rows.allSatisfy { $0.count <= width })
    }

    @Test func generationsThatPrintTheSameStandTogether() throws {
        let all = try [Generation.linux412, .linux55, .shadowTypes2022].map(simulation)
        let lines = GenerationGroups(of: all).text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasSuffix(": linux-4.12") && lines[1].hasSuffix(": linux-5.5, shadow-types-2022"))
    }

    @Test func withoutDebugLinesTheSideBySideViewHasNone() throws {
        let text = try GenerationsDiff(
            of: scenario, simulation(.linux412), simulation(.linux55), width: 120, showsAll: true,
            showsDebugLines: false
        ).text
        #expect(text.contains("starting patching") && !text.contains("completing"))
    }

    @Test func aWrappedLineLosesNothing() throws {
        let narrow = try diff(.linux55, .linux55, width: 40, showsAll: true)
        let words = try simulation(.linux55).lines.flatMap { $0.text.split(separator: " ") }
        for word in words where word.count < 14 { #expect(narrow.contains(word), "\(word)") }
    }
}

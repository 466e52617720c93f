import Foundation
import TestSupport
import Testing

/// `klp-verify explore` as a person or a script runs it.
@Suite(
    .serialized,
    .enabled(if: Program.isBuilt, "klp-verify is not built beside the tests; 'swift build' makes it"))
final class ExploreCommandTests {
    private let scratch = Scratch()
    private let steps = "[{load: lower}, {load: upper}, {disable: lower}, {enable: lower}, {unload: lower}]"

    init() throws { try scratch.write(yaml(steps), to: "two.yaml") }

    deinit { scratch.remove() }

    private func yaml(_ steps: String) -> String {
        """
        summary: Two livepatches of one function.
        livepatches:
          - {name: lower, objects: [{name: vmlinux, functions: [down_killable]}]}
          - {name: upper, objects: [{name: vmlinux, functions: [down_killable]}]}
        steps: \(steps)

        """
    }

    private func run(_ arguments: String..., input: String = "") throws -> ProgramRun {
        let result = try Program.run(["explore"] + arguments, in: scratch.root, input: input)
        #expect(!result.isKilled, "\(arguments)")
        return result
    }

    @Test func aBrokenInvariantIsShownWithItsShortestWay() throws {
        let result = try run("two.yaml")
        #expect(result.status == 1 && result.errors.contains("states/s"))
        #expect(result.output.contains("broken: transition-can-complete in linux-5.5"))
        #expect(result.output.contains("The shortest way is 4 steps"))
        #expect(result.output.contains("\nnothing-left                       holds\n"))
    }

    @Test func whereNothingIsBrokenItEndsWith0() throws {
        #expect(try run("two.yaml", "--generation", "linux-4.16").status == 0)
        #expect(try run("two.yaml", "--invariant", "nothing-left").status == 0)
        #expect(try run("two.yaml", "--depth", "3").status == 0)
        #expect(try run("-", input: yaml("[{load: lower}]")).status == 0)
    }

    @Test func stoppedBeforeTheEndItEndsWith3() throws {
        let result = try run("two.yaml", "--states", "5")
        #expect(result.status == 3 && result.output.contains("stopped at 5 states"))
    }

    @Test func aWrongCallEndsWith2() throws {
        for arguments in [["nowhere.yaml"], ["two.yaml", "--naive"], ["two.yaml", "--depth", "-1"]] {
            #expect(try Program.run(["explore"] + arguments, in: scratch.root).status == 2, "\(arguments)")
        }
        let unknown = try run("two.yaml", "--invariant", "nothing-at-all")
        #expect(unknown.status == 2 && unknown.errors.contains("there is no invariant 'nothing-at-all'"))
        #expect(unknown.errors.contains("tasks-do-not-mix"))
    }

    @Test func theWayIsAScenarioThatCanBeSimulated() throws {
        #expect(try run("two.yaml", "--output", "way.yaml").status == 1)
        let simulated = try Program.run(["simulate", "way.yaml"], in: scratch.root)
        #expect(simulated.status == 0)
        #expect(simulated.output.hasSuffix("livepatch: 'lower': starting patching transition\n"))
        #expect(try run("two.yaml", "--output", "nowhere/way.yaml").status == 2)
    }

    @Test func severalWaysAreNumbered() throws {
        let scenario = """
            summary: A state is shared by two livepatches that are replaced.
            livepatches:
              - {name: a, objects: [{name: vmlinux, functions: [f]}], states: [{id: 1, callbacks: [pre_patch, post_unpatch]}]}
              - {name: b, objects: [{name: vmlinux, functions: [g]}], states: [{id: 1, callbacks: [pre_patch, post_unpatch]}]}
              - {name: c, replace: true, objects: [{name: vmlinux, functions: [f]}]}
            steps: [{load: a}, {load: b}, {load: c}, {disable: a}, {disable: c}, {enable: c}]

            """
        _ = try run("-", "--generation", "states-2025", "--output", "way.yaml", input: scenario)
        for number in 1...2 {
            #expect(FileManager.default.fileExists(atPath: scratch.path("way-\(number).yaml")))
        }
    }

    @Test func aPlainSearchFindsTheSame() throws {
        let result = try run("two.yaml", "--depth", "4", "--naive")
        #expect(result.status == 1)
        #expect(result.output.contains("\nnaive search: the same "))
        #expect(result.errors.contains("times as long"))
    }

    @Test func invariantsAreExplained() throws {
        let all = try Program.run(["explain"], in: scratch.root)
        #expect(all.output.contains("\ntransition-can-complete\n"))
        let one = try Program.run(["explain", "transition-can-complete"], in: scratch.root)
        #expect(one.status == 0 && one.output.contains("klp_check_stack_func"))
    }

    @Test(.timeLimit(.minutes(1))) func aSignalStopsItAndItSaysHowFarItCame() throws {
        try scratch.write(
            """
            summary: Far too much.
            livepatches:
              - {name: a, objects: [{name: vmlinux, functions: [f]}]}
              - {name: b, objects: [{name: vmlinux, functions: [g]}]}
            steps: [{load: a}, {load: b}, \((1...14).map { "{shadow: alloc, by: a, object: o\($0), id: 1}" }.joined(separator: ", "))]

            """, to: "much.yaml")
        let process = Process()
        process.executableURL = URL(filePath: Program.path ?? "/nonexistent")
        process.arguments = ["explore", "much.yaml"]
        process.currentDirectoryURL = URL(filePath: scratch.root)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        Thread.sleep(forTimeInterval: 0.7)
        process.terminate()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 3)
        #expect(text.contains("stopped by a signal"))
    }
}

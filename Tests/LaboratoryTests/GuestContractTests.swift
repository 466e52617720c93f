import Foundation
import Livepatch
import Scenarios
import Testing

@testable import Laboratory

/// The generated files call what `tools/lab` offers, and nothing else.
@Suite("What is generated for the guest fits what the guest offers")
struct GuestContractTests {
    static let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: top.appending(path: path)), as: UTF8.self)
    }

    /// Every golden scenario that names kernels since 5.5.
    static func jobs() throws -> [GuestJob] {
        let golden = top.appending(path: "Golden")
        var jobs: [GuestJob] = []
        for suite in try FileManager.default.contentsOfDirectory(atPath: golden.path()).sorted() {
            let directory = golden.appending(path: suite)
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path()).sorted() {
                let scenario = try ScenarioFile.read(
                    try text("Golden/\(suite)/\(name)/scenario.yaml"), name: "\(suite)/\(name)")
                guard scenario.generations.contains(.linux55) else { continue }
                jobs.append(try GuestJob(scenario, name: "\(suite)/\(name)"))
            }
        }
        return jobs
    }

    @Test("every golden case of linux-5.5 can be performed in the lab")
    func goldenCases() throws {
        #expect(try Self.jobs().count >= 200)
    }

    @Test("steps call only functions that guest.sh defines")
    func functions() throws {
        let guest = try Self.text("tools/lab/guest.sh")
        let defined = Set(
            guest.split(separator: "\n").compactMap { line in
                line.firstRange(of: "() ").map { String(line[..<$0.lowerBound]) }
            })
        for job in try Self.jobs() {
            for line in (job.files["steps"] ?? "").split(separator: "\n") {
                let command = String(line.prefix { $0 != " " })
                #expect(defined.contains(command), "\(job.name): \(line)")
            }
        }
    }

    @Test("klp_lab has a task sleep in just the functions that are said to be sleepable")
    func sleepable() throws {
        let module = try Self.text("tools/lab/klp_lab.c")
        let offered = module.split(separator: "\n").filter { $0.hasPrefix("\tKERNEL_FUNCTION(") }
            .map { String($0.dropFirst("\tKERNEL_FUNCTION(".count).dropLast(2)) }
        #expect(offered == PatchableFunction.all.filter(\.isSleepable).map(\.name))
    }

    @Test("the calls that modules make of the lab are those of its headers")
    func headers() throws {
        let headers = try Self.text("tools/lab/klp_lab.h") + Self.text("tools/lab/klp_lab_shadow.h")
        let offered = Set(Self.words(headers))
        for module in try Self.jobs().flatMap(\.modules) {
            for word in Self.words(module.text) where word.hasPrefix("klp_lab_") {
                let isOffered = offered.contains(word)
                #expect(isOffered, "\(module.name): \(word)")
            }
        }
    }

    private static func words(_ text: String) -> [String] {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#include") }
        return lines.joined(separator: "\n").split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }).map(
            String.init)
    }
}

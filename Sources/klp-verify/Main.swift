import ArgumentParser
import Conformance
import Livepatch
import Timeline

@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "klp-verify")
    @Argument var paths: [String] = []
    @Flag var verbose = false
    func run() throws {
        for (index, path) in paths.enumerated() {
            let source = Source(path: path, index: index, needles: Needles.all)
            if let error = source.error { print(error) }
            for boot in source.boots(index: index) {
                let analysis = Analysis(of: boot)
                print("\(analysis.verdict.rawValue) \(path) gen=\(analysis.generations.map(\.rawValue)) ops=\(analysis.operations.count) obs=\(analysis.observations.count)")
                if verbose {
                    for f in analysis.findings { print("  F \(f.severity) \(f.rule.rawValue) \(d(f.subject)) @\(f.place?.record.place.line ?? 0) \(f.place?.record.message ?? "")") }
                    for u in analysis.undecided { print("  U \(u.reason) \(u.patch ?? "") \(u.missing.map { e($0.event) }) @\(u.place?.record.place.line ?? 0) \(u.place?.record.message ?? "")") }
                }
            }
        }
    }
}

func e(_ x: Event) -> String { Catalogue.print(x, for: .linux55) ?? "\(x.message)" }
func d(_ s: Finding.Subject) -> String {
    switch s {
    case .missing(let m): "missing \(m.map { e($0.event) })"
    case .insteadOf(let m): "insteadOf \(e(m.event))"
    case .outOfOrder: "outOfOrder"
    case .forbidden(let o): "forbidden \(o.rule) \(o.other ?? "")"
    default: "\(s)"
    }
}

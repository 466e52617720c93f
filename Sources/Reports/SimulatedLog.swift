import FoundationEssentials
import Livepatch
import Simulation

/// A simulated log as it is shown.
public struct SimulatedLog {
    private let lines: [SimulatedLine]

    /// The log of a simulation.
    ///
    /// - Parameters:
    ///   - simulation: the simulation.
    ///   - showsDebugLines: whether lines of level 7 are among them.
    ///   - showsSteps: whether what the operator writes is among them.
    public init(_ simulation: Simulation, showsDebugLines: Bool = true, showsSteps: Bool = true) {
        lines = simulation.lines.filter { (showsDebugLines || !$0.isDebug) && (showsSteps || !$0.isMarker) }
    }

    /// The bare lines, one each, without stamps.
    public var text: String { lines.map { $0.text + "\n" }.joined() }

    /// One JSON object a line: `step` (counted from 1), `level`, `from` (operator, kernel or module), `text`, and `rule` where one
    /// requires the line.
    public var jsonLines: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return lines.compactMap { line in
            (try? encoder.encode(JSONSimulatedLine(line))).map { String(decoding: $0, as: UTF8.self) + "\n" }
        }.joined()
    }
}

/// One line of a simulated log.
private struct JSONSimulatedLine: Encodable {
    let schema = "klp-verify/1"
    let type = "simulated"
    let step: Int
    let level: UInt8
    let from: String
    let text: String
    let rule: String?

    init(_ line: SimulatedLine) {
        step = line.step + 1
        level = line.level
        text = line.text
        switch line.origin {
        case .marker: (from, rule) = ("operator", nil)
        case .kernel(let id): (from, rule) = ("kernel", id.rawValue)
        case .caller(let id, _): (from, rule) = ("module", id.rawValue)
        case .module, .output: (from, rule) = ("module", nil)
        }
    }
}

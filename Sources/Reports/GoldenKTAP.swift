import GoldenCases
import Livepatch

/// What became of golden cases, as the kernel's test runners read it: the Kernel Test Anything Protocol, version 1
/// (Documentation/dev-tools/ktap.rst). One result line a case, under the case's stable name.
public struct GoldenKTAP {
    private let checks: [CaseCheck]
    private let options: GoldenOptions

    /// - Parameters:
    ///   - checks: the cases, in the order in which they are numbered.
    ///   - options: how the cases were asked for.
    public init(_ checks: [CaseCheck], options: GoldenOptions) {
        self.checks = checks
        self.options = options
    }

    /// The whole output.
    public var text: String {
        "KTAP version 1\n1..\(checks.count)\n"
            + checks.enumerated().map { number, check in diagnostics(check) + result(check, number + 1) }.joined()
    }

    /// `ok`, `not ok`, and for what could not be told a directive: SKIP if the test was not done or its beginning is lost, TIMEOUT
    /// if the log ends in the middle of it, ERROR if lines of it are lost.
    private func result(_ check: CaseCheck, _ number: Int) -> String {
        let name = Self.plain(check.golden.name)
        switch check.outcome {
        case .passed: return "ok \(number) \(name)\n"
        case .failed: return "not ok \(number) \(name)\n"
        case .inconclusive:
            guard let reason = check.logs.lazy.compactMap({ $0.check.reason }).first else {
                return "ok \(number) \(name) # SKIP\n"
            }
            let words = Self.plain(GoldenWords.words(reason))
            return switch reason {
            case .windowLost, .beginsLate, .nothingSeen, .notDone, .tooFast: "ok \(number) \(name) # SKIP \(words)\n"
            case .endsEarly: "not ok \(number) \(name) # TIMEOUT \(words)\n"
            case .lost: "not ok \(number) \(name) # ERROR \(words)\n"
            }
        }
    }

    private func diagnostics(_ check: CaseCheck) -> String {
        guard check.outcome != .passed else { return "" }
        return GoldenText(
            [check], isVerbose: false, showsDiff: true, options: options, paint: Paint(isOn: false)
        ).details
            .lines.map { "# \($0)\n" }.joined()
    }

    /// A description is one line and can hold anything but a hash sign.
    private static func plain(_ text: String) -> String {
        let characters = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : Character($0) }
        return String(characters).replacing("#", with: "number ")
    }
}

extension LogCheck {
    fileprivate var reason: Reason? { if case .inconclusive(let reason) = outcome { reason } else { nil } }
}

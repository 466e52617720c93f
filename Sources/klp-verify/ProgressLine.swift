import Glibc

/// A line on a terminal's standard error that is written again and again.
struct ProgressLine {
    private let isShown = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private var next = ContinuousClock.now.advanced(by: .milliseconds(500))
    private var isThere = false

    /// Shows the text, twice a second at most.
    ///
    /// - Parameter text: the text, after so many seconds.
    mutating func show(_ text: (_ seconds: Double) -> String) {
        guard isShown else { return }
        let now = ContinuousClock.now
        guard now >= next else { return }
        next = now.advanced(by: .milliseconds(500))
        let passed = (now - start).components
        Output.talk("\r\u{1B}[K" + text(Double(passed.seconds) + Double(passed.attoseconds) / 1e18))
        isThere = true
    }

    /// Takes the line away.
    mutating func remove() {
        if isThere { Output.talk("\r\u{1B}[K") }
        isThere = false
    }
}

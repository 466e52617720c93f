import Glibc

/// Says on standard error what is being done.
struct Progress: Sendable {
    /// False to keep quiet.
    let isShown: Bool

    func say(_ text: String) {
        guard isShown else { return }
        var line = "kernel-lab: \(text)\n"
        line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }
}

import Glibc

/// Data goes to standard output, talk to standard error.
enum Output {
    /// Writes the text to standard output. A reader that has gone away is nobody's fault.
    static func data(_ text: String) {
        guard let code = write(text, to: STDOUT_FILENO), code != EPIPE else { return }
        error("klp-verify: the report cannot be written: \(String(cString: strerror(code)))")
        exit(2)
    }

    /// Writes to standard error what is no whole line.
    static func talk(_ text: String) { _ = write(text, to: STDERR_FILENO) }

    /// Writes the text to a file, in place of what it held.
    static func write(_ text: String, to path: String) throws(InputError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        var code = descriptor < 0 ? errno : write(text, to: descriptor)
        if descriptor >= 0, close(descriptor) != 0, code == nil { code = errno }
        if let code { throw InputError("'\(path)' cannot be written: \(String(cString: strerror(code)))") }
    }

    /// Writes one line to standard error.
    static func error(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    /// True if standard output is a terminal that wants colour (https://no-color.org).
    static var wantsColor: Bool {
        let noColor = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        return isatty(STDOUT_FILENO) == 1 && noColor.isEmpty && terminal != "dumb"
    }

    /// The width of the terminal that standard output is, in characters; nil if it is none.
    static var columns: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// The error number if not everything could be written.
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}

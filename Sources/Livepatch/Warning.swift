/// The head line of a WARN, in both of its forms:
///
///     WARNING: CPU: 1 PID: 88 at kernel/livepatch/core.c:996 __klp_enable_patch+0x1f/0x30
///     WARNING: kernel/livepatch/shadow.c:165 at __klp_shadow_get_or_alloc+0x1d0/0x250, CPU#1: insmod/1022   (7.x)
///     WARNING: at kernel/livepatch/core.c:721 klp_unlink+0x70/0xa0                                      (3.x)
enum Warning {
    /// A `.kernelWarning` with the source file as name, its line as number and the whole text.
    static func recognise(_ line: ArraySlice<UInt8>) -> Event? {
        guard line.starts(with: "WARNING: ".utf8) else { return nil }
        let text = String(decoding: line, as: UTF8.self)
        for word in text.split(separator: " ") {
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count >= 2, parts[0].contains("/") || parts[0].hasSuffix(".c"), let number = Int(parts[1])
            else { continue }
            return Event(.kernelWarning, number: number, name: String(parts[0]), text: text)
        }
        return Event(.kernelWarning, text: text)
    }
}

import FoundationEssentials

/// The day.
enum Today {
    /// `2026-11-21`, in UTC.
    static var text: String { String(Date.now.ISO8601Format().prefix(10)) }
}

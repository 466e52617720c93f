import ByteScan
import FoundationEssentials

/// A text that was reviewed by a person and kept under Snapshots.
///
/// To write the files anew after an intended change, and then review the difference:
///
///     KLP_UPDATE_SNAPSHOTS=1 swift test --filter ReportsTests
///     git diff Tests/ReportsTests/Snapshots
enum Snapshot {
    private static let root = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Snapshots/"
    private static var isUpdating: Bool { ProcessInfo.processInfo.environment["KLP_UPDATE_SNAPSHOTS"] == "1" }

    /// The text that is kept under this name; where snapshots are written anew, the given one.
    static func text(_ name: String, updatingTo new: String) throws -> String {
        if isUpdating { try Data(new.utf8).write(to: URL(filePath: root + name)) }
        return String(decoding: try Data(contentsOf: URL(filePath: root + name)), as: UTF8.self)
    }
}

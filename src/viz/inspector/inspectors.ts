import './entry-inspector.ts';
import './frame-inspector.ts';
import './link-inspector.ts';
import './machine-inspector.ts';
import './process-inspector.ts';
import './queue-inspector.ts';

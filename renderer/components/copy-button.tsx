import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useText } from '../text/use-text.ts';
import { copyText } from './copy-text.ts';
import { Icon } from './icons.tsx';

/** Copies a text and says so for a moment. */
export function CopyButton({ text }: { readonly text: string }) {
  const { t } = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon name={copied ? 'check' : 'copy'} size={16} />}
      onClick={() => void copyText(text).then(setCopied)}
    >
      {t(copied ? 'common.copied' : 'common.copy')}
    </Button>
  );
}

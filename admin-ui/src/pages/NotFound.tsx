import { Button, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';

export function NotFound() {
  return (
    <div style={{ maxWidth: 560, margin: '12vh auto' }}>
      <Title order={1} mb="xs">There is no such page</Title>
      <Text c="dimmed" mb="md">The address may be mistyped, or from another version.</Text>
      <Button component={Link} to="/topics">Topics</Button>
    </div>
  );
}
